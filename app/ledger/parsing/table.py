"""The rows of a CSV file: its delimiter, and where its headings are."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from core.errors import TooLargeError, UnprocessableError

from ledger.parsing.amounts import MARKS, read_amount
from ledger.parsing.columns import Columns, is_complete, roles_in
from ledger.parsing.dates import FORMATS, read_date
from ledger.parsing.limits import MOST_ROWS, go_on

DELIMITERS: Final = (";", ",", "\t", "|")
MOST_COLUMNS: Final = 256
_BETWEEN: Final = 512
"""Rows between two looks at the time."""
_HEAD: Final = 60
"""Headings are looked for in so many rows."""
_LONGEST: Final = 30
"""Lines of one cell; more means that its quotation mark has no partner."""
_HINT: Final = re.compile(r"sep=(?P<delimiter>.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a line; ``line`` is where it begins in the file, from 1."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the headings are: ``rows`` first rows are read before the first transaction."""

    columns: Columns
    names: tuple[str, ...]
    rows: int


def rows_of(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows. Raises ``TooLargeError`` and ``UnprocessableError`` for what is no table."""
    if _HINT.match(text):
        text = "\n" + text.split("\n", 1)[1]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    line = 1
    try:
        for count, cells in enumerate(reader):
            if len(cells) > MOST_COLUMNS or count >= MOST_ROWS:
                raise TooLargeError(
                    f"The table is larger than {MOST_ROWS:,} rows of {MOST_COLUMNS} columns."
                )
            if count % _BETWEEN == 0:
                go_on()
            if reader.line_num - line > _LONGEST:
                raise UnprocessableError(f"A quotation mark in line {line} is never closed.")
            yield Row(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnprocessableError(f"Line {line} of the table cannot be read: {error}.") from error


def first_rows(text: str, delimiter: str) -> list[Row]:
    """Return the rows in which headings are looked for."""
    return list(islice(rows_of(text, delimiter), _HEAD))


def delimiter_of(text: str) -> str:
    """Return what parts the cells: with which headings are known, then rows are alike."""
    hint = _HINT.match(text)
    if hint:
        return hint["delimiter"]
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def _fit(text: str, delimiter: str) -> tuple[int, float, int]:
    rows: list[Row] = []
    try:
        for row in islice(rows_of(text, delimiter), _HEAD):
            rows.append(row)  # noqa: PERF402 - what comes before a mistake counts
    except (TooLargeError, UnprocessableError):
        rows.append(Row(0, ("", "")))
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    if not widths:
        return (0, 0, 0)
    (width, times), *_ = widths.most_common(1)
    heading = heading_in(rows)
    known = sum(map(len, heading.columns.values())) if heading else 0
    return (known, times / len(rows), width)


def heading_in(rows: list[Row]) -> Heading | None:
    """Return the headings: the row, or two rows in one, with the most that are known."""
    best: tuple[int, int, Heading] | None = None
    for index, row in enumerate(rows):
        for depth in (1, 2):
            names = _joined(rows[index : index + depth]) if depth == 2 else row.cells
            if names is None:
                continue
            columns = roles_in(names)
            if not is_complete(columns):
                continue
            score = (len(columns), -index - depth)
            if best is None or score > best[:2]:
                best = (*score, Heading(columns, tuple(names), index + depth))
    return best[2] if best else None


def _joined(rows: list[Row]) -> tuple[str, ...] | None:
    """Return two rows as one heading; None when the second is no heading but data."""
    if len(rows) < 2 or any(is_value(cell) for row in rows for cell in row.cells):
        return None
    width = max(len(row.cells) for row in rows)
    padded = [[*row.cells, *[""] * (width - len(row.cells))] for row in rows]
    return tuple(" ".join(f"{a} {b}".split()) for a, b in zip(*padded, strict=True))


def is_value(cell: str) -> bool:
    """Tell whether a cell is a date or an amount."""
    return is_date(cell) or any(read_amount(cell, mark) is not None for mark in MARKS)


def is_date(cell: str) -> bool:
    """Tell whether a cell can be read as a date at all."""
    return any(read_date(cell, form) is not None for form in FORMATS)


def heading_by_content(rows: list[Row]) -> Heading | None:
    """Return columns for a file without headings: the first date, the first amount, the text."""
    data = [row.cells for row in rows if sum(is_value(cell) for cell in row.cells) >= 2]
    if not data:
        return None
    width = Counter(map(len, data)).most_common(1)[0][0]
    table = [cells for cells in data if len(cells) == width]
    columns: Columns = {}
    for column in range(width):
        cells = [row[column] for row in table if row[column].strip()]
        kind = _kind(cells)
        if kind == "date":
            columns.setdefault("booked_on" if "booked_on" not in columns else "value_on", (column,))
        elif kind == "amount":
            columns.setdefault("amount" if "amount" not in columns else "balance", (column,))
        elif cells:
            columns["description"] = (*columns.get("description", ()), column)
    before = next(i for i, row in enumerate(rows) if row.cells in table)
    return Heading(columns, (), before) if is_complete(columns) else None


def _kind(cells: list[str]) -> str:
    if cells and all(is_date(cell) for cell in cells):
        return "date"
    marked = [any(read_amount(cell, mark) is not None for mark in MARKS) for cell in cells]
    return "amount" if cells and all(marked) else "text"
