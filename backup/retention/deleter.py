"""Carrying a report out: the only code that removes a whole backup.

A backup goes manifest first, so that there is never a manifest without its payload; what a killed
run leaves behind has no manifest, is no backup, and is swept by the next run. Every removal leaves
a line in the audit file before it begins and one when it is done.
"""

from __future__ import annotations

import os
from datetime import datetime

from backup.catalog import Catalog, Entry
from backup.errors import RetentionError
from backup.publish import remove
from backup.retention.audit import write_audit_line
from backup.retention.model import Report, Row, Subject
from backup.retention.pins import pin_path, pinned_until
from backup.unfinished import unfinished


def subject_of(entry: Entry) -> Subject:
    """Return what retention needs to know of one entry of the catalog."""
    manifest = entry.manifest
    return Subject(
        entry.id,
        entry.kind,
        entry.created,
        manifest.reason if manifest is not None else "manual",
        entry.proven,
        manifest.payload.size if manifest is not None else 0,
        entry.problems,
        pinned_until(entry),
    )


def prune(catalog: Catalog, report: Report, now: datetime) -> list[str]:
    """Remove what `report` says, oldest first; return the ids. The caller holds the lock.

    Each backup is looked at again before it goes, and so are the proven ones that replace it.

    Raises:
        RetentionError: the archive is not what the report was made from.
        ArchiveError: the archive cannot be written.
    """
    entries = {entry.id: entry for entry in catalog.entries()}
    removed = []
    for row in report.removable:
        entry, heirs = _unchanged(row, report, entries)
        write_audit_line(catalog.folder, now, "removing", row, heirs)
        remove_files(entry)
        del entries[entry.id]
        write_audit_line(catalog.folder, now, "removed", row, heirs)
        removed.append(entry.id)
    return removed


def remove_files(entry: Entry) -> None:
    """Remove the files of one backup, the manifest first; those already gone are no error.

    Raises:
        ArchiveError: a file cannot be removed; what has no manifest then is no backup any more.
    """
    with unfinished(entry.folder, entry.id):
        remove(entry.manifest_path, "manifest")
        remove(entry.proof_path, "proof")
        remove(entry.evidence_path, "evidence")
        remove(pin_path(entry), "pin")
        remove(entry.payload_path, "payload")


def _unchanged(
    row: Row, report: Report, entries: dict[str, Entry]
) -> tuple[Entry, tuple[str, ...]]:
    """The entry of `row` and the proven backups it leaves; raise when any of them changed."""
    entry = entries.get(row.subject.id)
    if entry is None or subject_of(entry) != row.subject:
        raise RetentionError(
            f"{row.subject.id} changed while retention ran; nothing more was removed",
            "run it again",
        )
    heirs = _heirs(row, report)
    lost = [heir for heir in heirs if heir not in entries or not _readable(entries[heir])]
    if lost:
        raise RetentionError(
            f"{row.subject.id} stays: {lost[0]}, which was to replace it, is not whole any more",
            "look at the archive with `check`, then run it again",
        )
    return entry, heirs


def _heirs(row: Row, report: Report) -> tuple[str, ...]:
    """The three newest proven backups of the kind, which make the row's redundant."""
    proven = [
        other.subject.id
        for other in report.rows
        if other.subject.kind == row.subject.kind
        and other.subject.proven
        and not other.subject.problems
    ]
    return tuple(proven[:3])


def _readable(entry: Entry) -> bool:
    return entry.proven and os.access(entry.payload_path, os.R_OK)
