"""The one question before a destructive target: rule LF064.

Asked everywhere, because what is there is replaced or goes: ``restore``, ``restores`` with ``UNDO``
or ``DISCARD``, ``volume-recreate``, ``prune``, ``offsite DO=prune``, ``demo REMOVE=1``. Asked where
people's documents are, because people are locked out, backups end or invented documents come among
them: ``down``, ``backup-down``, ``demo``.

What only looks is never asked about, ``DRY_RUN=1`` among it; nor is what keeps the data and comes
back by itself: ``up``, ``reconcile``, ``rotate``, and ``migrate``, which has its own gate.
"""

import sys
from typing import Final

import click

from cli.errors import UserError
from infra import conventions

RULE: Final = "LF064"

answer_option = click.option(
    "--confirm", "answer", default="", help="The environment's name, for scripts."
)


def confirm(environment: str, what: str, answer: str) -> None:
    """Return when a person, or a script by ``CONFIRM=<environment>``, agrees; else UserError.

    ``what`` names in one line what goes.
    """
    remedy = f"agree with CONFIRM={environment}"
    if not answer and not sys.stdin.isatty():
        raise UserError(f"{RULE}: this is not done unasked: {what}", remedy)
    if not answer:
        click.echo(what, err=True)
        answer = click.prompt(f"Type {environment} to go on", default="", show_default=False)
    if answer != environment:
        raise UserError(f"{RULE}: not confirmed for {environment}; nothing was done", remedy)


def confirm_where_locked(environment: str, what: str, answer: str) -> None:
    """Ask as :func:`confirm` does, in environments that hold people's own documents."""
    if environment in conventions.LOCKED_ENVIRONMENTS:
        confirm(environment, what, answer)
