"""`ledgerflow-backup prune`, `pin` and `unpin`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from backup.catalog import Catalog
from backup.clock import now
from backup.command._options import answer, as_json, settings_of
from backup.locks import archive_lock
from backup.retention.deleter import prune, subject_of
from backup.retention.memory import recall, record_clock
from backup.retention.pins import pin, unpin
from backup.retention.report import report
from backup.retention.settings import load_policy
from backup.retention.showing import document, lines


@click.command("prune")
@click.option("--dry-run", is_flag=True, help="Only show what would be removed, and why.")
@as_json
@click.pass_context
def prune_command(context: click.Context, dry_run: bool, as_json: bool) -> None:
    """Remove the backups that newer proven ones make redundant; show each with its reasons."""
    settings, policy = settings_of(context), load_policy()
    with archive_lock(settings.folder, "retention", settings.lock_seconds):
        moment, catalog = now(), Catalog(settings.folder)
        subjects = [subject_of(entry) for entry in catalog.entries()]
        made = report(subjects, policy, recall(settings.folder).circumstances(moment))
        if not as_json:
            click.echo("\n".join(lines(made)))
        removed = []
        if not dry_run:
            record_clock(settings.folder, made.clock)
            removed = prune(catalog, made, moment)
    if as_json:
        answer({**document(made), "removed": removed})


@click.command("pin")
@click.argument("backup")
@click.option("--why", required=True, help="Shown to whoever wonders why it stays.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, UTC; else for ever.")
@click.pass_context
def pin_command(context: click.Context, backup: str, why: str, until: datetime | None) -> None:
    """Keep BACKUP whatever retention says."""
    settings = settings_of(context)
    end = until.replace(tzinfo=UTC) if until is not None else None
    with archive_lock(settings.folder, "pin", settings.lock_seconds):
        entry = Catalog(settings.folder).entry(backup)
        pin(entry, why, now(), end)
    click.echo(f"{entry.id} stays {f'until {end:%Y-%m-%d}' if end else 'until it is unpinned'}")


@click.command("unpin")
@click.argument("backup")
@click.pass_context
def unpin_command(context: click.Context, backup: str) -> None:
    """Leave BACKUP to retention again."""
    settings = settings_of(context)
    with archive_lock(settings.folder, "unpin", settings.lock_seconds):
        entry = Catalog(settings.folder).entry(backup)
        found = unpin(entry)
    click.echo(f"{entry.id} {'is' if found else 'was'} not pinned{' any more' if found else ''}")
