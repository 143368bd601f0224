"""The lock before Django's command lines: what may be done to people's documents by hand.

Which commands may run is decided by :mod:`guard.manage`, the one part of LedgerFlow's guard that is
in the application's image. Here it is put before every command line of Django, however that is
begun: ``manage.py``, ``django-admin``, ``python -m django``. Code of ours that calls a command
(``call_command``) is not a command line, and is not judged.
"""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand

MISSING = (
    "refused: the lock of manage.py cannot be loaded ({error}), and {environment} holds people's "
    "documents\n  -> build the application's image anew: make up ENV={environment}"
)


def install() -> None:
    """Put the lock before every command; without it nothing runs where documents are."""
    try:
        from core.lock.command_line import guarded  # noqa: PLC0415 - the image may lack the guard
    except ImportError as error:
        if settings.LEDGERFLOW.is_live:
            BaseCommand.run_from_argv = _refusing(error)  # type: ignore[method-assign]
        return
    BaseCommand.run_from_argv = guarded(BaseCommand.run_from_argv)  # type: ignore[method-assign,assignment]


def _refusing(error: ImportError):  # type: ignore[no-untyped-def]  # noqa: ANN202
    message = MISSING.format(error=error, environment=settings.LEDGERFLOW.name)

    def refuse(self: BaseCommand, argv: list[str]) -> None:
        sys.exit(message)

    return refuse
