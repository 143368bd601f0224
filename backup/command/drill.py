"""`ledgerflow-backup drill`: restore what lies in the archive, to see that it still can be."""

from pathlib import Path

import click

from backup.clock import now
from backup.command._options import answer, as_json, settings_of, with_identity
from backup.drill import drill, page
from backup.encryption import ask_for_identities


@click.command("drill")
@with_identity
@as_json
@click.pass_context
def command(context: click.Context, identity: Path | None, as_json: bool) -> None:
    """Restore the newest and the oldest proven backups, compare, and record it."""
    keys = ask_for_identities(identity) if identity is not None else None
    record = drill(settings_of(context), now, keys)
    if as_json:
        answer(record.model_dump(mode="json"))
    else:
        click.echo(page(record), nl=False)
