"""Pins: a person's word that a backup stays, with a reason and perhaps an end.

A pin is a file of its own beside the manifest, which is sealed and never rewritten.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, Field

from backup.canonical import Sealed
from backup.catalog import Entry
from backup.errors import DamageError
from backup.publish import publish_bytes, remove
from backup.retention.model import FOREVER

PIN_SUFFIX = ".pin.json"


class Pin(Sealed):
    """Why a backup stays, since when and for how long."""

    id: str
    reason: str = Field(min_length=1, max_length=500)
    pinned: AwareDatetime
    until: AwareDatetime | None = None
    """None for a pin without an end."""


def pin(entry: Entry, reason: str, now: datetime, until: datetime | None = None) -> Path:
    """Pin a backup, in place of an earlier pin; raises ArchiveError."""
    document = Pin(id=entry.id, reason=reason, pinned=now, until=until).document()
    return publish_bytes(entry.folder, pin_path(entry).name, document, "pin", replace=True)


def unpin(entry: Entry) -> bool:
    """Take the pin away; tell whether there was one. Raises ArchiveError."""
    path = pin_path(entry)
    found = path.exists()
    remove(path, "pin")
    return found


def pinned_until(entry: Entry) -> datetime | None:
    """Return when the pin ends, `FOREVER` without an end, None without a pin.

    A pin that cannot be read still pins: for ever.
    """
    path = pin_path(entry)
    try:
        found = Pin.read(path.read_bytes(), path.name)
    except FileNotFoundError:
        return None
    except (DamageError, OSError):
        return FOREVER
    return found.until or FOREVER


def pin_path(entry: Entry) -> Path:
    """Where the pin of a backup lies or will lie."""
    return entry.folder / f"{entry.id}{PIN_SUFFIX}"
