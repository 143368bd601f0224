"""All entries anew, and the comparison that finds entries which are not right."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.services import audit
from django.db import connection, transaction

from search.selectors.expected import COMPARED, SOURCES, Source, parameters
from search.services.entries import write_locked

REBUILD: Final = "search.rebuild"
BATCH: Final = 200
"""Things whose rows are held together while their entries are written: a second or two."""
COMPARED_AT_ONCE: Final = 5000
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mended:
    """What the comparison found and put right, in numbers of entries."""

    missing: int
    different: int
    left_over: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.missing + self.different + self.left_over


def rebuild(*, since: datetime, progress: Callable[[int], None] = lambda _: None) -> int:
    """Write every entry anew that was written before ``since``; return how many.

    Searches go on meanwhile, and so do changes: each batch is a transaction. Called again with the
    same ``since`` it goes on where it was interrupted. ``progress`` is told the number so far.
    """
    written = 0
    for source in SOURCES.values():
        for ids in _older(source, since):
            write_locked(source.kind, ids)
            written += len(ids)
            progress(written)
        _remove_left_over(source)
    with transaction.atomic():
        audit.record(actor=None, verb="reindexed", after={"entries": written})
    return written


def mend() -> Mended:
    """Compare all entries with what they must say, and mend those that differ."""
    missing = different = left_over = 0
    for source in SOURCES.values():
        for ids in _all(source):
            absent, wrong = _differing(source, ids)
            _write(source, absent + wrong)
            missing += len(absent)
            different += len(wrong)
        left_over += _remove_left_over(source)
    mended = Mended(missing, different, left_over)
    if mended.total:
        logger.warning(
            "search: %d entries were missing, %d different, %d left over; all are mended",
            missing,
            different,
            left_over,
        )
        counts = {"missing": missing, "different": different, "left_over": left_over}
        with transaction.atomic():
            audit.record(actor=None, verb="mended", after=counts)
    return mended


def _older(source: Source, since: datetime) -> Iterator[list[int]]:
    statement = (
        f"SELECT thing.id FROM {source.table} thing"  # noqa: S608  # nosec B608 - ours
        f" LEFT JOIN search_searchentry entry ON entry.{source.key} = thing.id"
        f" WHERE thing.id > %s AND thing.{source.hidden} IS NULL"
        " AND (entry.id IS NULL OR entry.indexed_at < %s) ORDER BY thing.id LIMIT %s"
    )
    return _batches(statement, since, BATCH)


def _all(source: Source) -> Iterator[list[int]]:
    statement = f"SELECT id FROM {source.table} WHERE id > %s ORDER BY id LIMIT %s"  # noqa: S608  # nosec B608 - ours
    return _batches(statement, COMPARED_AT_ONCE)


def _batches(statement: str, *values: datetime | int) -> Iterator[list[int]]:
    """Return the ids that ``statement`` finds above its first value, the last ones' each time."""
    last = 0
    while ids := _ids(statement, last, *values):
        yield ids
        last = ids[-1]


def _differing(source: Source, ids: list[int]) -> tuple[list[int], list[int]]:
    """Return the things without an entry, and those whose entry says something else."""
    expected = ", ".join(f"expected.{name}" for name in COMPARED)
    found = ", ".join(f"entry.{name}" for name in COMPARED)
    statement = (
        f"SELECT expected.{source.key}, entry.id IS NULL"  # noqa: S608  # nosec B608 - ours
        f" FROM ({source.select}) expected"
        f" LEFT JOIN search_searchentry entry ON entry.{source.key} = expected.{source.key}"
        f" WHERE entry.id IS NULL OR ({found}) IS DISTINCT FROM ({expected})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters(ids))
        rows = cursor.fetchall()
    return [key for key, absent in rows if absent], [key for key, absent in rows if not absent]


def _remove_left_over(source: Source) -> int:
    """Remove entries of what is in the trash or voided; what is gone took its entry along."""
    found = _ids(
        f"SELECT thing.id FROM {source.table} thing"  # noqa: S608  # nosec B608 - ours
        f" JOIN search_searchentry entry ON entry.{source.key} = thing.id"
        f" WHERE thing.{source.hidden} IS NOT NULL ORDER BY thing.id"
    )
    _write(source, found)
    return len(found)


def _write(source: Source, ids: list[int]) -> None:
    for start in range(0, len(ids), BATCH):
        write_locked(source.kind, ids[start : start + BATCH])


def _ids(statement: str, *values: datetime | int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
