"""`ledgerflow-backup db`: back the database up, and prove it."""

import click

from backup.clock import now
from backup.command._options import as_json, settings_of, told, with_reason
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
    told(entry, as_json)
