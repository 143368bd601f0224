"""``create_first_admin``: creates the administrator of a new environment, once."""

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path

from core.errors import LedgerFlowError
from django.core.management.base import BaseCommand, CommandError

from profiles.services.accounts import create_first_administrator


class Command(BaseCommand):
    """Asks for the password at the terminal, or reads it from a file; never from the arguments.

    Arguments are seen by everybody on the machine and kept by shells.
    """

    help = "Create the first administrator; refuses when there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the name and the file."""
        parser.add_argument("username")
        parser.add_argument(
            "--password-file", type=Path, help="file with the password; - for standard input"
        )

    def handle(
        self, *args: object, username: str, password_file: Path | None, **options: object
    ) -> None:
        """Create the account; raises ``CommandError`` saying why not."""
        password = _read(password_file) if password_file else _ask()
        try:
            create_first_administrator(username=username, password=password)
        except LedgerFlowError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Administrator {username} is created.")


def _read(file: Path) -> str:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            f"{file} cannot be read.\nName a text file with the password."
        ) from error
    password = text.rstrip("\r\n")
    if not password:
        raise CommandError(f"{file} is empty.\nName a text file with the password.")
    return password


def _ask() -> str:
    if not sys.stdin.isatty():
        raise CommandError(
            "There is no terminal to ask for the password.\n"
            "Run this with a terminal (ledger_docker exec -it) or give --password-file."
        )
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Password (again): "):
        raise CommandError("The two passwords differ.\nRun the command again.")
    return password
