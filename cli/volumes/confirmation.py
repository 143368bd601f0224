"""The one question before a volume is recreated."""

import sys

import click

from cli.errors import UserError


def confirm(environment: str, what: str, answer: str) -> None:
    """Return when a person, or a script by ``CONFIRM=<environment>``, agrees; else UserError."""
    remedy = f"agree with CONFIRM={environment}"
    if not answer and not sys.stdin.isatty():
        raise UserError(f"this is not done unasked: {what}", remedy)
    if not answer:
        click.echo(what, err=True)
        answer = click.prompt(f"Type {environment} to go on", default="", show_default=False)
    if answer != environment:
        raise UserError(f"not confirmed for {environment}; nothing was done", remedy)
