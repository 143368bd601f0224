"""One database backup: the dump and its description in one snapshot, published and proved."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO

from backup.catalog import Entry
from backup.clock import Clock
from backup.making import Making, Plain, make
from backup.manifest import Reason
from backup.proof.loading import Readable
from backup.proof.run import prove
from backup.proof.texts import OpenText, Text
from backup.settings import Settings
from backup.taking import Taken, take


def back_up_database(
    settings: Settings, reason: Reason, clock: Clock, *, proved: bool = True
) -> Entry:
    """Back the environment's database up and prove the backup; return its entry.

    Raises as `backup.making.make`.
    """

    def write(_identifier: str, _created: datetime, plain: Plain) -> tuple[Taken, None]:
        return take(settings, plain), None

    def proof(entry: Entry, copy: IO[bytes] | None) -> None:
        prove(entry, settings, clock, reading(copy) if copy is not None else None)

    making = Making("db", "database backup", write, proof if proved else None)
    return make(making, settings, reason, clock)


def reading(copy: IO[bytes]) -> OpenText:
    """Return what opens the dump's text from the copy that was kept for the proof."""

    @contextmanager
    def open_text(entry: Entry) -> Iterator[Readable]:
        copy.seek(0)
        yield Text(copy, entry.payload_path.name)

    return open_text
