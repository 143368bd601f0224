"""`ledgerflow-backup status`: the gate's answer."""

from datetime import UTC, datetime, timedelta

import click

from backup import gate
from backup.command._options import answer, as_json, settings_of
from backup.errors import EXIT_ERROR


@click.command("status")
@click.option("--require-fresh", is_flag=True, help="Exit code 1 without a fresh, proven backup.")
@click.option(
    "--max-age",
    type=click.FloatRange(min=0),
    default=gate.MAX_AGE / timedelta(hours=1),
    show_default=True,
    envvar="LEDGERFLOW_BACKUP_MAX_AGE_HOURS",
    help="Hours.",
)
@as_json
@click.pass_context
def command(context: click.Context, require_fresh: bool, max_age: float, as_json: bool) -> int:
    """Tell whether there is a fresh backup that was proved by a restore."""
    settings = settings_of(context)
    age = timedelta(hours=max_age)
    status = gate.status(settings.environment, settings.archive, datetime.now(UTC), age)
    if as_json:
        answer(status.as_data())
    else:
        word = "verified" if status.verified else "NOT VERIFIED"
        click.echo(f"{settings.environment}: {word}: {status.reason}")
    return EXIT_ERROR if require_fresh and not status.verified else 0
