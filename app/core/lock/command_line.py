"""Judges a command line, writes that down, and runs it or says in two lines why not."""

import functools
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.lock.application import DjangoApplication
from guard.decision import Decision, Verdict
from guard.manage import record
from guard.manage.attempt import Attempt
from guard.manage.commands import LOCKED_COMMANDS
from guard.manage.judging import judge

AUDIT: Final = "LEDGERFLOW_AUDIT"
"""Variable that names the folder of the audit log."""
REFUSED: Final = 1
"""Exit code of a command that was not run."""
COMMAND_MODULES: Final = ".management.commands."

RunFromArgv = Callable[[BaseCommand, list[str]], None]


def guarded(run: RunFromArgv) -> RunFromArgv:
    """Return ``BaseCommand.run_from_argv`` with the lock before it."""

    @functools.wraps(run)
    def locked(self: BaseCommand, argv: list[str]) -> None:
        try:
            attempt = _attempt(self, argv)
        except CommandError:
            run(self, argv)  # it comes upon the same mistake in the options, says it and ends
            return
        application = DjangoApplication(attempt)
        decision = judge(attempt, application)
        line = _recorded(attempt, decision, application.backup)
        if decision.verdict is not Verdict.ALLOW:
            _refuse(decision)
        started = time.monotonic()
        code = 1
        try:
            run(self, argv)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
            raise
        finally:
            if line is not None:
                milliseconds = (time.monotonic() - started) * 1000
                record.ended(_folder(), line, code, milliseconds)

    return locked


def _attempt(command: BaseCommand, argv: list[str]) -> Attempt:
    """Read the options as Django will; raise CommandError for a mistake in them."""
    parser = command.create_parser(argv[0], argv[1])
    return Attempt(
        environment=settings.LEDGERFLOW.name,
        locked=settings.LEDGERFLOW.is_live,
        argv=tuple(argv[1:]),
        kinds=frozenset(
            kind.__module__.rpartition(".")[2]
            for kind in type(command).__mro__
            if COMMAND_MODULES in kind.__module__
        ),
        options=vars(parser.parse_args(argv[2:])),
    )


def _recorded(attempt: Attempt, decision: Decision, backup: str | None) -> int | None:
    """Write the decision down; what cannot be written down is not done where it counts."""
    if not record.is_recorded(attempt, decision):
        return None
    try:
        return record.begun(_folder(), attempt, decision, backup)
    except OSError as error:
        if decision.verdict is Verdict.ALLOW:
            _refuse(_unrecorded(attempt, error))
        print(f"note: the audit log cannot be written: {error.strerror}", file=sys.stderr)
        return None


def _unrecorded(attempt: Attempt, error: OSError) -> Decision:
    return Decision(
        Verdict.REFUSE,
        LOCKED_COMMANDS,
        f"what changes {attempt.environment} is recorded first, and the audit log cannot be "
        f"written: {error.strerror}",
        f"see that {AUDIT} names a folder with room on its disk",
    )


def _folder() -> Path:
    named = os.environ.get(AUDIT)
    if not named:
        raise FileNotFoundError(2, f"{AUDIT} is not set")
    return Path(named)


def _refuse(decision: Decision) -> None:
    print(f"refused by {decision.rule}: {decision.what}", file=sys.stderr)
    print(f"  -> {decision.way}", file=sys.stderr)
    sys.exit(REFUSED)
