"""Rows that stand for files in the media: how many, how large, and which.

Their columns are `sha256`, the sum of the file's content and its name, and `size` in bytes. A table
of such a name without these columns is refused by the server, with the words that say so.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from psycopg.sql import SQL

from backup.contents import BlobCount
from backup.snapshot.session import Session, one

Row = tuple[str, int]
"""SHA-256 and size of one file."""
_AT_ONCE = 10_000


def count(session: Session, table: str) -> BlobCount:
    """Return how many files the rows of `table`, a quoted name, stand for."""
    query = f"SELECT count(*), COALESCE(sum(size), 0)::bigint FROM ONLY {table}"  # noqa: S608
    found = one(session, query)
    return BlobCount(rows=cast(int, found[0]), size=cast(int, found[1]))


def rows(session: Session, tables: Iterable[str]) -> Iterator[Row]:
    """Yield the files that the rows of `tables` stand for, a batch in memory at a time."""
    for table in tables:
        with session.cursor(name="ledgerflow_blobs") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(SQL("SELECT sha256, size FROM ONLY {}").format(SQL(table)))
            for sha256, size in cursor:
                yield str(sha256), int(str(size))
