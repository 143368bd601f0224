"""`ledgerflow-backup offsite push|list|pull|verify|prune`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime

import click

from backup.catalog import Catalog
from backup.clock import now
from backup.command._options import answer, as_json, settings_of
from backup.errors import EXIT_DAMAGE
from backup.locks import archive_lock
from backup.offsite.errors import MismatchError
from backup.offsite.prune import prune_remote, remote_report
from backup.offsite.pull import find, pull
from backup.offsite.push import abort_orphans, push_all
from backup.offsite.remote import RemoteCatalog, RemoteEntry
from backup.offsite.settings import load
from backup.offsite.store import Store
from backup.offsite.upload import STATE_FOLDER
from backup.offsite.verification import read_back
from backup.retention.memory import recall
from backup.retention.settings import load_policy
from backup.retention.showing import document, lines
from backup.settings import Settings


@click.group("offsite")
def command() -> None:
    """Copies of backups in an S3-compatible store: LEDGERFLOW_BACKUP_OFFSITE_* variables."""


@command.command("push")
@as_json
@click.pass_context
def push_command(context: click.Context, as_json: bool) -> None:
    """Copy every proven backup that the store lacks; go on where an earlier push stopped."""
    settings = settings_of(context)
    store = _store(settings)
    done: dict[str, str | None] = {}
    with archive_lock(settings.folder / STATE_FOLDER, "off-site copy", settings.lock_seconds):
        aborted = abort_orphans(store, settings.folder, now())
        entries = Catalog(settings.folder).entries()
        for pushed in push_all(store, entries, _progress(as_json)):
            done[pushed.id] = pushed.method
            if not as_json and pushed.method:
                click.echo(f"{pushed.id}: sent, verified by {pushed.method}")
    if as_json:
        answer({"pushed": done, "aborted_uploads": aborted})
    else:
        click.echo(f"{len(done)} proven backups are in the {store.where}")


@command.command("list")
@click.option("--as-of", type=click.DateTime(), help="As the store was then, UTC.")
@as_json
@click.pass_context
def list_command(context: click.Context, as_of: datetime | None, as_json: bool) -> None:
    """List the backups in the store, the oldest first; exit code 2 when one looks wrong."""
    entries = RemoteCatalog(_store(settings_of(context))).entries(_utc(as_of))
    if as_json:
        answer([_described(entry) for entry in entries])
    for entry in entries if not as_json else ():
        state = "proven" if entry.proven else "not proven"
        click.echo(f"{entry.id}  {'; '.join(entry.problems) or state}")
    if any(entry.problems for entry in entries):
        context.exit(EXIT_DAMAGE)


@command.command("pull")
@click.argument("backup", default="latest")
@click.option("--as-of", type=click.DateTime(), help="As the store was then, UTC.")
@as_json
@click.pass_context
def pull_command(
    context: click.Context, backup: str, as_of: datetime | None, as_json: bool
) -> None:
    """Bring BACKUP (`latest`: the newest proven one) back into the archive, verified."""
    settings = settings_of(context)
    store = _store(settings)
    wanted = find(RemoteCatalog(store).entries(_utc(as_of)), backup)
    with archive_lock(settings.folder, "pull", settings.lock_seconds):
        entry = pull(store, wanted, settings.folder, _progress(as_json))
    if as_json:
        answer({"id": entry.id, "payload": str(entry.payload_path), "proven": entry.proven})
    else:
        click.echo(f"{entry.payload_path}: whole, {'proven' if entry.proven else 'not proven'}")


@command.command("verify")
@click.argument("backup", default="latest")
@click.pass_context
def verify_command(context: click.Context, backup: str) -> None:
    """Read BACKUP's payload back from the store, and compare it with its manifest."""
    store = _store(settings_of(context))
    entry = find(RemoteCatalog(store).entries(), backup)
    if entry.manifest is None or entry.problems:
        raise MismatchError(f"{entry.id}: {entry.problems[0]}", "pull it, or push it again")
    payload = entry.manifest.payload
    if read_back(store, store.key(payload.name)) != payload.sha256:
        raise MismatchError(f"{payload.name} has other bytes in the store", "push it again")
    click.echo(f"{entry.id}: read back, {payload.size:,} bytes as its manifest tells")


@command.command("prune")
@click.option("--dry-run", is_flag=True, help="Only show what would be removed, and why.")
@as_json
@click.pass_context
def prune_command(context: click.Context, dry_run: bool, as_json: bool) -> None:
    """Retention in the store, with the key that may delete; locked backups stay."""
    settings, options = settings_of(context), load()
    store = Store(options, settings.environment, None if dry_run else options.deleter)
    moment = now()
    around = recall(settings.folder).circumstances(moment)
    made, entries = remote_report(RemoteCatalog(store), load_policy(), around)
    if not as_json:
        click.echo("\n".join(lines(made)))
    if dry_run:
        done = None
    else:
        with archive_lock(settings.folder / STATE_FOLDER, "retention", settings.lock_seconds):
            done = prune_remote(store, made, entries, settings.folder, moment)
    refused = done.refused if done is not None else {}
    for identifier, words in refused.items():
        click.echo(f"{identifier} stays: {words}", err=True)
    if as_json:
        removed = list(done.removed) if done is not None else []
        answer({**document(made), "removed": removed, "refused": refused})


def _store(settings: Settings) -> Store:
    return Store(load(), settings.environment)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None else None


def _progress(quiet: bool) -> Callable[[int, int], None]:
    """Show how far it is on a terminal, and nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        return lambda done, total: None

    def show(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        click.echo(
            f"\r{done / (1 << 20):,.0f} of {total / (1 << 20):,.0f} MiB{end}", nl=False, err=True
        )

    return show


def _described(entry: RemoteEntry) -> dict[str, object]:
    manifest = entry.manifest
    return {
        "id": entry.id,
        "kind": entry.kind,
        "created": entry.created.isoformat(),
        "bytes": manifest.payload.size if manifest is not None else None,
        "proven": entry.proven,
        "problems": list(entry.problems),
    }
