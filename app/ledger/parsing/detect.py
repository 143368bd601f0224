"""What a CSV file of a bank looks like: a layout, with the reasons and questions."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from core.errors import UnprocessableError

from ledger.parsing.amounts import marks_of
from ledger.parsing.dates import formats_of
from ledger.parsing.encoding import decode
from ledger.parsing.layout import Layout
from ledger.parsing.table import (
    Row,
    delimiter_of,
    first_rows,
    heading_by_content,
    heading_in,
    rows_of,
)

_AMOUNTS: Final = ("amount", "debit", "credit", "balance", "fee")


@dataclass(frozen=True, slots=True)
class Detection:
    """A layout, and what is known about it; ``date_formats`` and ``marks`` are the choices."""

    layout: Layout
    date_formats: tuple[str, ...]
    date_reason: str
    marks: tuple[str, ...]
    mark_reason: str


def detect(content: bytes) -> Detection:
    """Return how the file can be read. Raises ``UnprocessableError`` when it is no such table."""
    text, encoding = decode(content)
    delimiter = delimiter_of(text)
    first = first_rows(text, delimiter)
    heading = heading_in(first) or heading_by_content(first)
    if heading is None:
        raise UnprocessableError(
            "No column with dates and no column with amounts was found. "
            "Choose the file that the bank calls CSV or spreadsheet, not a letter or a PDF."
        )
    layout = Layout(encoding, delimiter, heading.names, heading.rows, heading.columns)
    return examine(layout, rows_of(text, delimiter))


def examine(layout: Layout, rows: Iterable[Row]) -> Detection:
    """Return the layout with date format and decimal mark where the columns settle them."""
    data = list(rows)[layout.rows_before :]
    dates = formats_of(_column(data, layout, "booked_on"))
    amounts = [value for role in _AMOUNTS for value in _column(data, layout, role)]
    marks, differ = marks_of(amounts)
    ask_mark = differ and len(marks) > 1
    filled = replace(
        layout,
        date_format="" if dates.ask or not dates.formats else dates.formats[0],
        decimal_mark="" if ask_mark or not marks else marks[0],
    )
    reason = (
        "Every amount of the file can be read with a point and with a comma."
        if ask_mark
        else "Every amount of the file fits."
    )
    return Detection(filled, dates.formats, dates.reason, marks, reason)


def _column(rows: list[Row], layout: Layout, role: str) -> list[str]:
    places = layout.columns.get(role, ())
    return [row.cells[place] for row in rows for place in places if place < len(row.cells)]
