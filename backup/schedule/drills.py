"""When the last drill passed, from the records that drills leave in the archive."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from backup.canonical import Model, Sealed
from backup.errors import BackupError
from backup.manifest import Sha256
from infra.conventions import BACKUP_ID_TIME, PROJECT

FOLDER: Final = "drills"
RECORD: Final = re.compile(rf"{PROJECT}_drill_([0-9]{{8}}_[0-9]{{6}})\.json")


class DrilledBackup(Model):
    """One backup that a drill restored."""

    id: str
    manifest_sha256: Sha256
    result: str
    """``proven`` or ``failed``."""
    seconds: float
    problem: str | None = None


class Drill(Sealed):
    """The record of one drill: which backups were restored, and how that went."""

    format: int = 1
    begun: datetime
    seconds: float
    backups: tuple[DrilledBackup, ...]

    @property
    def passed(self) -> bool:
        """Whether there was something to restore and all of it came out right."""
        return bool(self.backups) and all(b.result == "proven" for b in self.backups)


def last_drill(folder: Path) -> datetime | None:
    """Return when the last drill that passed was begun; damaged records count for nothing."""
    return max((d.begun for d in drills(folder) if d.passed), default=None)


def drills(folder: Path) -> list[Drill]:
    """Return the records in an environment's folder of the archive, the oldest first."""
    found = []
    try:
        names = sorted(p.name for p in (folder / FOLDER).iterdir() if RECORD.fullmatch(p.name))
    except OSError:
        return []
    for name in names:
        try:
            found.append(Drill.read((folder / FOLDER / name).read_bytes(), name))
        except (BackupError, OSError):
            continue
    return found


def record_name(begun: datetime) -> str:
    """Return the name of a drill's record."""
    return f"{PROJECT}_drill_{begun.astimezone(UTC).strftime(BACKUP_ID_TIME)}.json"
