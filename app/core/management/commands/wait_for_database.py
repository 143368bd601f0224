"""``wait_for_database``: returns when PostgreSQL takes connections, or gives up."""

import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from core.health.failures import REFUSED, describe

PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    """Waits for the server; refused credentials are final and not waited for."""

    help = "Wait until PostgreSQL takes connections."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the limit of time."""
        parser.add_argument("--timeout", type=float, default=60, help="seconds (default: 60)")

    def handle(self, *args: object, timeout: float, **options: object) -> None:
        """Wait; raises ``CommandError`` after ``timeout`` seconds, naming the address asked."""
        deadline = time.monotonic() + timeout
        announced = False
        while (problem := _problem()) is not None:
            if problem == REFUSED or time.monotonic() >= deadline:
                raise CommandError(_message(problem))
            if not announced:
                self.stdout.write(f"Waiting for {_address()} ...")
                self.stdout.flush()
                announced = True
            time.sleep(PAUSE_SECONDS)


def _problem() -> str | None:
    try:
        connection.ensure_connection()
    except Error as error:
        return describe(error)
    return None


def _address() -> str:
    database = settings.LEDGERFLOW.database
    return f"PostgreSQL at {database.host}:{database.port}"


def _message(problem: str) -> str:
    names = "DATABASE_HOST and DATABASE_PORT, and that the server runs"
    if problem == REFUSED:
        names = "DATABASE_USER, DATABASE_NAME and DATABASE_PASSWORD"
    return f"{_address()}: {problem}.\nCheck {names}."
