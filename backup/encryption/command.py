"""`ledgerflow-backup reencrypt`: old backups to new recipients."""

from __future__ import annotations

from pathlib import Path

import click

from backup.catalog import Catalog
from backup.command._options import answer, as_json, settings_of, with_identity
from backup.encryption.identities import ask_for_identities
from backup.encryption.reencrypt import needs_reencryption, reencrypt
from backup.locks import archive_lock
from backup.sweeping import sweep


@click.command("reencrypt")
@click.argument("backups", nargs=-1)
@with_identity
@as_json
@click.pass_context
def command(
    context: click.Context, backups: tuple[str, ...], identity: Path | None, as_json: bool
) -> None:
    """Re-encrypt BACKUPS, or all that are encrypted to others, to the recipients set now.

    Asks for the old private key. Each becomes a backup of the next free second; the old one goes
    once the new one is whole.
    """
    settings = settings_of(context)
    recipients = settings.encrypt_to
    done: dict[str, str] = {}
    with archive_lock(settings.folder, "re-encryption", settings.lock_seconds):
        sweep(settings)
        catalog = Catalog(settings.folder)
        named = [catalog.entry(name) for name in backups] or catalog.entries()
        wanted = [entry for entry in named if needs_reencryption(entry, recipients)]
        identities = ask_for_identities(identity) if wanted else None
        for entry in wanted:
            assert identities is not None  # noqa: S101 - asked for just above
            done[entry.id] = reencrypt(entry, identities, recipients).id
            if not as_json:
                click.echo(f"{entry.id} is now {done[entry.id]}")
    if as_json:
        answer(done)
    elif not done:
        click.echo("every encrypted backup is encrypted to the recipients that are set")
