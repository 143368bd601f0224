"""Retention in the store: the same report as at home, carried out with the key that may delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from backup.errors import OffsiteError
from backup.offsite.errors import LockedError, MissingError, RefusedError
from backup.offsite.remote import RemoteCatalog, RemoteEntry
from backup.offsite.store import Store
from backup.retention.audit import write_audit_line
from backup.retention.model import Circumstances, Policy, Report, Row, Subject
from backup.retention.report import report
from infra.conventions import BACKUP_MANIFEST_SUFFIX


@dataclass(frozen=True)
class Pruned:
    """What was removed, and what the store did not let go, with its words."""

    removed: tuple[str, ...]
    refused: dict[str, str]


def remote_report(
    catalog: RemoteCatalog, policy: Policy, around: Circumstances
) -> tuple[Report, dict[str, RemoteEntry]]:
    """Decide about every backup in the store, with its object locks. Raises OffsiteError."""
    entries = {entry.id: entry for entry in catalog.entries()}
    subjects = [_subject(catalog, entry) for entry in entries.values()]
    return report(subjects, policy, around), entries


def prune_remote(
    store: Store, made: Report, entries: dict[str, RemoteEntry], folder: Path, now: datetime
) -> Pruned:
    """Remove what the report says; `store` uses the key that may delete.

    Each removal leaves its lines in the audit file of the local archive's `folder`. What the
    store refuses stays whole: the manifest is what goes first.

    Raises:
        OffsiteError: the store failed; what had lost its manifest is no backup any more.
        ArchiveError: the audit line cannot be written.
    """
    removed, refused = [], {}
    for row in made.removable:
        entry = entries[row.subject.id]
        write_audit_line(folder, now, "removing-offsite", row, _heirs(row, made.rows))
        try:
            _remove(store, entry)
        except (LockedError, RefusedError) as error:
            refused[entry.id] = error.what
            write_audit_line(folder, now, "refused-offsite", row, ())
            continue
        write_audit_line(folder, now, "removed-offsite", row, ())
        removed.append(entry.id)
    return Pruned(tuple(removed), refused)


def _remove(store: Store, entry: RemoteEntry) -> None:
    """Remove every version of every file, the manifest's first."""
    manifest = f"{entry.id}{BACKUP_MANIFEST_SUFFIX}"
    for name in sorted(entry.files, key=lambda each: each != manifest):
        for version in reversed(entry.files[name]):
            try:
                store.request(
                    f"removing {name}", "delete_object", Key=store.key(name), **version.pointer
                )
            except MissingError:
                continue


def _subject(catalog: RemoteCatalog, entry: RemoteEntry) -> Subject:
    manifest, problems = entry.manifest, entry.problems
    locked_until = None
    try:
        locked_until = catalog.locked_until(entry)
    except RefusedError:
        pass  # the store will say so itself when the backup is to go
    except OffsiteError as error:
        problems = (*problems, f"its lock is not known: {error.what}")
    return Subject(
        entry.id,
        entry.kind,
        entry.created,
        manifest.reason if manifest is not None else "manual",
        entry.proven,
        manifest.payload.size if manifest is not None else 0,
        problems,
        locked_until=locked_until,
    )


def _heirs(row: Row, rows: Sequence[Row]) -> list[str]:
    return [
        other.subject.id
        for other in rows
        if other.subject.kind == row.subject.kind and other.subject.proven
    ][:3]
