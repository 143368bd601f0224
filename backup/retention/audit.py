"""The audit file: a line for every removal that is begun, done or refused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from backup.errors import ArchiveError
from backup.retention.model import Row
from backup.steps import step

AUDIT_NAME = "removals.jsonl"


def write_audit_line(
    folder: Path, now: datetime, action: str, row: Row, heirs: Iterable[str]
) -> None:
    """Append one line and force it to disk; `heirs` are the proven backups that replace it.

    Raises:
        ArchiveError: it cannot be written; then nothing may be removed.
    """
    line = {
        "at": now.isoformat(),
        "action": action,
        "id": row.subject.id,
        "created": row.subject.created.isoformat(),
        "size": row.subject.size,
        "proven": row.subject.proven,
        "reasons": row.reasons,
        "replaced_by": list(heirs),
    }
    path = folder / AUDIT_NAME
    try:
        with path.open("ab") as audit:
            audit.write((json.dumps(line, sort_keys=True) + "\n").encode())
            audit.flush()
            os.fsync(audit.fileno())
    except OSError as error:
        raise ArchiveError(
            f"{path} could not be written: {error.strerror}; nothing more was removed",
            "removals need their audit line: make room, or give the right to write",
        ) from error
    step(f"prune.{action}")
