"""`ledgerflow-backup db`: back the database up, and prove it."""

import click

from backup.clock import now
from backup.command._options import answer, as_json, described, settings_of, with_reason
from backup.database import back_up_database
from backup.manifest import Reason
from backup.retention.memory import recorded_run


@click.command("db")
@with_reason
@click.option("--no-proof", is_flag=True, help="Leave the proof to a later `prove`.")
@as_json
@click.pass_context
def command(context: click.Context, reason: Reason, no_proof: bool, as_json: bool) -> None:
    """Back the database up and prove the backup by restoring it."""
    settings = settings_of(context)
    with recorded_run(settings.folder, "db", now):
        entry = back_up_database(settings, reason, now, proved=not no_proof)
    if as_json:
        answer(described(entry))
        return
    manifest = entry.manifest
    if manifest is not None:
        click.echo(
            f"{manifest.payload.name}: {manifest.contents.rows:,} rows in "
            f"{manifest.payload.size:,} bytes, {manifest.seconds:.1f} s"
        )
    if entry.proof is not None:
        click.echo(f"proven: restored and equal in everything, {entry.proof.seconds:.1f} s")
    else:
        click.echo("not proven: it does not count as a backup until `prove` has restored it")
