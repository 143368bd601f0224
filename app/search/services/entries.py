"""Writes entries, in the transaction of what they describe."""

from collections.abc import Sequence
from typing import Final

import psycopg
from core.services.jobs import enqueue
from django.db import OperationalError, connection, transaction
from documents.models import Document, DocumentType
from ledger.models import Account, Category, Transaction

from search.models import EntryKind
from search.selectors.expected import COLUMNS, LONGEST_BODY, SOURCES, Source, parameters

REFRESH: Final = "search.refresh"
AT_ONCE: Final = 2000
_SHORTEST_BODY: Final = 10_000
"""Characters whose words fit into a ``tsvector`` whatever they are."""
_NAMED_BY: Final = {
    Account: "account_id",
    Category: "category_id",
    DocumentType: "document_type_id",
}
"""The entry's column of what labels name."""


def write_documents(documents: Sequence[Document]) -> None:
    """Write the entries of documents; those in the trash have none."""
    write(EntryKind.DOCUMENT, [document.pk for document in documents])


def write_transactions(transactions: Sequence[Transaction]) -> None:
    """Write the entries of transactions; voided ones have none."""
    write(EntryKind.TRANSACTION, [row.pk for row in transactions])


def renamed(thing: Account | Category | DocumentType) -> None:
    """Have the entries that name ``thing`` written anew, by a job: they can be very many."""
    named = {"column": _NAMED_BY[type(thing)], "pk": thing.pk}
    enqueue(REFRESH, thing.uid, parameters=named)


def refresh(*, column: str, pk: int) -> int:
    """Write the entries anew whose ``column`` is ``pk``; return how many there were.

    Raises ``ValueError`` for a column that names nothing.
    """
    if column not in _NAMED_BY.values():
        raise ValueError(f"entries are not found by {column}")
    statement = (
        "SELECT id, document_id, transaction_id FROM search_searchentry"  # noqa: S608  # nosec B608 - ours
        f" WHERE {column} = %s AND id > %s ORDER BY id LIMIT %s"
    )
    written, last = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [pk, last, AT_ONCE])
            rows = cursor.fetchall()
            if not rows:
                return written
            write_locked(EntryKind.DOCUMENT, [row[1] for row in rows if row[1]])
            write_locked(EntryKind.TRANSACTION, [row[2] for row in rows if row[2]])
        written += len(rows)
        last = rows[-1][0]


def write(kind: EntryKind, ids: list[int]) -> None:
    """Make the entries of the things ``ids`` what they must be; the caller holds their rows."""
    source = SOURCES[kind]
    with transaction.atomic():
        for start in range(0, len(ids), AT_ONCE):
            batch = ids[start : start + AT_ONCE]
            _remove_hidden(source, batch)
            _upsert(source, batch, LONGEST_BODY)


def write_locked(kind: EntryKind, ids: list[int]) -> None:
    """Like ``write``, and hold the things' rows, so that no change of them is overtaken."""
    if not ids:
        return
    source = SOURCES[kind]
    with transaction.atomic():
        with connection.cursor() as cursor:
            held = "id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
            cursor.execute(f"SELECT FROM {source.table} WHERE {held}", [ids])  # nosec B608 - ours
        write(kind, ids)


def _remove_hidden(source: Source, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM search_searchentry entry USING {source.table} thing"  # noqa: S608  # nosec B608 - ours
            f" WHERE entry.{source.key} = thing.id AND thing.id = ANY(%s)"
            f" AND thing.{source.hidden} IS NOT NULL",
            [ids],
        )


def _upsert(source: Source, ids: list[int], longest: int) -> None:
    """Insert or replace entries; a text whose words are too many is cut in half until it fits."""
    names = ", ".join(COLUMNS)
    changed = ", ".join(f"{name} = EXCLUDED.{name}" for name in (*COLUMNS, "indexed_at"))
    statement = (
        f"INSERT INTO search_searchentry ({names}, indexed_at)"  # noqa: S608  # nosec B608 - ours
        f" SELECT {names}, clock_timestamp() FROM ({source.select}) expected"
        f" ON CONFLICT ({source.key}) DO UPDATE SET {changed}"
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters(ids, longest))
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.errors.ProgramLimitExceeded):
            raise
        if len(ids) == 1 and longest <= _SHORTEST_BODY:
            raise
        shorter = longest if len(ids) > 1 else longest // 2
        for each in ids:
            _upsert(source, [each], shorter)
