"""The lock before Django's command lines: what may be done to people's documents by hand.

Which commands may run is decided by :mod:`guard.manage`, the one part of LedgerFlow's guard that is
in the application's image. Here it is put before every command line of Django, however that is
begun: ``manage.py``, ``django-admin``, ``python -m django``. Code of ours that calls a command
(``call_command``) is not a command line, and is not judged.
"""

import sys
from collections.abc import Callable

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
        if not settings.LEDGERFLOW.is_live:
            return
        locked = _refusing(error)
    else:
        locked = guarded(BaseCommand.run_from_argv)
    BaseCommand.run_from_argv = locked  # type: ignore[assignment,method-assign]


def _refusing(error: ImportError) -> Callable[[BaseCommand, list[str]], None]:
    message = MISSING.format(error=error, environment=settings.LEDGERFLOW.name)

    def refuse(self: BaseCommand, argv: list[str]) -> None:
        sys.exit(message)

    return refuse
