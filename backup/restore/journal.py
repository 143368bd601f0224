"""The one note of a restore under way, so that an interrupted one is gone on with.

It is written before the first change that a person could see and removed after the last. Whether
the database was swapped already is not noted: the names of the databases say it, and they change
in one transaction. The backup's whole manifest is in it, so that going on needs no archive.
"""

from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime

from backup.canonical import Sealed
from backup.manifest import Manifest
from backup.publish import publish_bytes, remove

NAME: Final = ".restore.json"


class Journal(Sealed):
    """A restore that has begun to change what serves."""

    format: Literal[1] = 1
    restore: str
    """Its id."""
    begun: AwareDatetime
    manifest: Manifest
    """Of the backup."""


def write(folder: Path, journal: Journal) -> None:
    """Note a restore in the environment's archive folder; raises `ArchiveError`."""
    publish_bytes(folder, NAME, journal.document(), "journal", replace=True)


def read(folder: Path) -> Journal | None:
    """Return the restore that is under way; None when there is none. Raises `DamageError`."""
    path = folder / NAME
    return Journal.read(path.read_bytes(), NAME) if path.exists() else None


def clear(folder: Path) -> None:
    """Take the note away: the restore has ended."""
    remove(folder / NAME, "journal")


def identifier(begun: datetime) -> str:
    """Return the id of a restore begun then."""
    return f"{begun:%Y%m%d_%H%M%S}"
