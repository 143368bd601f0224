"""`ledgerflow-backup full`: back everything up, and prove it."""

import click

from backup.clock import now
from backup.command._options import as_json, settings_of, told, with_reason
from backup.full.run import back_up_full
from backup.manifest import Reason
from backup.retention.memory import recorded_run


@click.command("full")
@with_reason
@click.option("--no-proof", is_flag=True, help="Leave the proof to a later `prove`.")
@as_json
@click.pass_context
def command(context: click.Context, reason: Reason, no_proof: bool, as_json: bool) -> None:
    """Back up database, media, configuration and versions, and prove it by restoring it."""
    settings = settings_of(context)
    with recorded_run(settings.folder, "full", now):
        entry = back_up_full(settings, reason, now, proved=not no_proof)
    told(entry, as_json)
