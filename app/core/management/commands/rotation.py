"""``rotation``: the application's part in giving a secret a new value."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Final

import psycopg
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.core.management.base import BaseCommand, CommandError

CONNECT_SECONDS: Final = 5


class Command(BaseCommand):
    """Gives the administrator the configured password, or tells which passwords are accepted.

    Passwords are read from standard input, a list in JSON, and never printed: the answer is a
    list of true and false in their order.
    """

    help = "Do the application's part in the rotation of a secret (used by make rotate)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what is wanted."""
        parser.add_argument("wanted", choices=sorted(PARTS))

    def handle(self, *args: object, wanted: str, **options: object) -> None:
        """Do it and print the answer; raises ``CommandError`` without the administrator."""
        self.stdout.write(json.dumps(PARTS[wanted]()))


def _apply_admin_password() -> list[bool]:
    account = settings.LEDGERFLOW.admin
    users = get_user_model().objects
    user = users.filter(username=account.username).first() if account else None
    if account is None or user is None:
        name = account.username if account else "(none is configured)"
        raise CommandError(f"there is no account {name} to give the new password to")
    if not user.check_password(account.password):
        user.set_password(account.password)
        user.save(update_fields=["password"])
    return []


def _try_admin_passwords() -> list[bool]:
    account = settings.LEDGERFLOW.admin
    if account is None:
        raise CommandError("no administrator is configured")
    words = json.load(sys.stdin)
    return [authenticate(username=account.username, password=word) is not None for word in words]


def _try_database_passwords() -> list[bool]:
    return [_enters(word) for word in json.load(sys.stdin)]


def _enters(password: str) -> bool:
    database = settings.LEDGERFLOW.database
    try:
        psycopg.connect(
            host=database.host,
            port=database.port,
            dbname=database.name,
            user=database.user,
            password=password,
            connect_timeout=CONNECT_SECONDS,
        ).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            return False
        raise
    return True


PARTS: Final[dict[str, Callable[[], list[bool]]]] = {
    "apply-admin-password": _apply_admin_password,
    "try-admin-passwords": _try_admin_passwords,
    "try-database-passwords": _try_database_passwords,
}
