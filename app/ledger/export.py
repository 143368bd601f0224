"""Transactions as CSV and JSON, one row at a time, so that the size does not matter."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Final

from ledger.models import Transaction
from ledger.money import digits_of

_NAMES: Final = (
    "uid", "account", "booked_on", "value_on", "amount", "currency", "payee", "description",
    "reference", "category", "status", "note", "external_id",
)  # fmt: skip
_TEXTS: Final = ("account", "payee", "description", "reference", "category", "note", "external_id")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def values(row: Transaction) -> dict[str, str]:
    """Return what an export says of a transaction; the amount with a point and no groups."""
    return {
        "uid": str(row.uid),
        "account": row.account.name,
        "booked_on": row.booked_on.isoformat(),
        "value_on": row.value_on.isoformat() if row.value_on else "",
        "amount": f"{row.amount:.{digits_of(row.currency)}f}",
        "currency": row.currency,
        "payee": row.payee,
        "description": row.description,
        "reference": row.reference,
        "category": row.category.name if row.category else "",
        "status": row.status,
        "note": row.note,
        "external_id": row.external_id,
    }


def as_csv(rows: Iterable[Transaction]) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8 with a mark, which spreadsheets need to read accents.

    A text that a spreadsheet would run as a formula gets an apostrophe before it
    (https://owasp.org/www-community/attacks/CSV_Injection).
    """
    line = io.StringIO(newline="")
    writer = csv.DictWriter(line, _NAMES)
    line.write("\ufeff")
    writer.writeheader()
    for row in rows:
        said = values(row)
        writer.writerow({**said, **{name: harmless(said[name]) for name in _TEXTS}})
        yield _taken(line)
    yield _taken(line)


def as_json(rows: Iterable[Transaction]) -> Iterator[bytes]:
    """Yield a JSON list; amounts are texts, because numbers of JSON are not exact."""
    start = "[\n"
    for row in rows:
        yield (start + json.dumps(values(row), ensure_ascii=False)).encode()
        start = ",\n"
    yield b"[]\n" if start == "[\n" else b"\n]\n"


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _taken(line: io.StringIO) -> bytes:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text.encode()
