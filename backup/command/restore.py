"""`ledgerflow-backup restore`: bring a backup back, into the same environment or another one."""

from pathlib import Path

import click

from backup.catalog import Catalog
from backup.clock import now
from backup.command._options import answer, as_json, settings_of, with_identity
from backup.encryption import ask_for_identities
from backup.errors import EXIT_DAMAGE, NotFoundError
from backup.restore import verify
from backup.restore.run import Restored, Wanted, plan, restore, resume
from backup.settings import Settings


@click.command("restore")
@click.argument("backup", required=False)
@click.option("--from", "source", help="Environment of the backup, when it is another one.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--resume", "going_on", is_flag=True, help="Go on with an interrupted restore.")
@click.option("--unproven", is_flag=True, help="Take a backup without a proof, knowingly.")
@click.option("--no-safety-backup", is_flag=True, help="When what is there cannot be backed up.")
@with_identity
@as_json
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    backup: str | None,
    source: str | None,
    dry_run: bool,
    going_on: bool,
    unproven: bool,
    no_safety_backup: bool,
    identity: Path | None,
    as_json: bool,
) -> int:
    """Restore BACKUP, the id or a file of one; what is there stays until it is verified."""
    settings = settings_of(context)
    if going_on:
        return _end(resume(settings, _say), as_json)
    if backup is None:
        raise click.UsageError("name the BACKUP, or say --resume")
    entry = Catalog(_folder(settings, source)).entry(backup)
    encrypted = entry.manifest is not None and entry.manifest.payload.encrypted
    keys = ask_for_identities(identity) if encrypted and not dry_run else None
    wanted = Wanted(entry, keys, unproven=unproven, safety=not no_safety_backup)
    if dry_run:
        sentences = plan(wanted, settings, now).sentences()
        if as_json:
            answer({"would": sentences})
        else:
            click.echo("\n".join(sentences))
        return 0
    return _end(restore(wanted, settings, now, _say), as_json)


def _folder(settings: Settings, source: str | None) -> Path:
    folder = settings.archive / (source or settings.environment)
    if not folder.is_dir():
        raise NotFoundError(f"{folder} is not there", "see that the archive is mounted")
    return folder


def _say(words: str) -> None:
    click.echo(words, err=True)


def _end(restored: Restored, as_json: bool) -> int:
    if as_json:
        steps = [{"step": s.name, "ok": s.ok, "words": s.words} for s in restored.steps]
        answer({"restore": restored.id, "verified": restored.verified, "steps": steps})
    else:
        click.echo(verify.report(restored.steps))
        click.echo(
            f"What was there before is kept: `restores --undo {restored.id}` brings it back, "
            f"`restores --discard {restored.id}` lets go of it."
        )
    return 0 if restored.verified else EXIT_DAMAGE
