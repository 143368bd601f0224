"""`ledgerflow-backup prove`: restore a backup into a scratch server and compare."""

from pathlib import Path

import click

from backup.catalog import Catalog
from backup.clock import now
from backup.command._options import answer, as_json, described, settings_of, with_identity
from backup.encryption import ask_for_identities
from backup.full.reading import readers
from backup.locks import archive_lock
from backup.proof.run import prove
from backup.sweeping import sweep


@click.command("prove")
@click.argument("backup")
@with_identity
@as_json
@click.pass_context
def command(context: click.Context, backup: str, identity: Path | None, as_json: bool) -> None:
    """Restore BACKUP into a scratch PostgreSQL, compare it with its manifest, record the result."""
    settings = settings_of(context)
    with archive_lock(settings.folder, "proof", settings.lock_seconds):
        sweep(settings)
        catalog = Catalog(settings.folder)
        entry = catalog.entry(backup)
        encrypted = entry.manifest is not None and entry.manifest.payload.encrypted
        keys = ask_for_identities(identity) if encrypted else None
        open_text, members = readers(entry, settings.scratch, keys)
        proof = prove(entry, settings, now, open_text, members)
        proven = catalog.entry(entry.id)
    if as_json:
        answer(described(proven))
    else:
        click.echo(f"{proof.id}: proven, {proof.seconds:.1f} s; see {proven.evidence_path.name}")
