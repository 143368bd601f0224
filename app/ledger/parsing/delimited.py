"""The transactions of a CSV file, read by its layout; no line is left out without being named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from core.errors import UnprocessableError

from ledger.parsing.amounts import read_amount, side_of
from ledger.parsing.columns import plain
from ledger.parsing.dates import read_date
from ledger.parsing.encoding import decode
from ledger.parsing.layout import Layout
from ledger.parsing.statement import (
    ParsedStatement,
    ParsedTransaction,
    SkippedLine,
    balances_of_lines,
    clean,
    with_period,
)
from ledger.parsing.table import Row, rows_of

_TOTALS: Final = frozenset({
    "total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "saldo", "summa", "suma", "totale",
    "totaal", "subtotal", "balance", "endsaldo", "anfangssaldo", "kontostand", "solde",
    "opening balance", "closing balance", "balance brought forward", "balance carried forward",
    "saldo inicial", "saldo final", "saldo iniziale", "saldo finale", "neuer saldo",
    "alter saldo", "total general", "grand total", "start balance", "end balance",
    "solde initial", "solde final", "previous balance",
})  # fmt: skip
_LONGEST_TOTAL: Final = 40
_NOT_BOOKED: Final = frozenset({
    "pending", "reverted", "declined", "failed", "cancelled", "canceled", "vorgemerkt", "denied",
    "removed",
})  # fmt: skip
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")


@dataclass(frozen=True, slots=True)
class _Reader:
    layout: Layout

    def cell(self, row: Row, role: str) -> str:
        """Return the text of a role; of several columns the first that is filled."""
        places = self.layout.columns.get(role, ())
        cells = [row.cells[place].strip() for place in places if place < len(row.cells)]
        return next((cell for cell in cells if cell), "")

    def text(self, row: Row, role: str) -> str:
        """Return the texts of all columns of a role."""
        places = self.layout.columns.get(role, ())
        return clean(*(row.cells[place] for place in places if place < len(row.cells)))

    def day(self, row: Row, role: str) -> date | None:
        return read_date(self.cell(row, role), self.layout.date_format)

    def number(self, row: Row, role: str) -> Decimal | None:
        return read_amount(self.cell(row, role), self.layout.decimal_mark)

    def amount(self, row: Row) -> Decimal | None:
        """Return what a row moves; None when it holds no amount, or two that contradict."""
        if "amount" in self.layout.columns:
            found = self.number(row, "amount")
            side = side_of(self.cell(row, "side"))
            if found is not None and side and found > 0:
                found *= side
            if found is not None and "fee" in self.layout.columns:
                found -= abs(self.number(row, "fee") or Decimal(0))
        else:
            found = self._from_two(row)
        return -found if found is not None and self.layout.negate else found

    def _from_two(self, row: Row) -> Decimal | None:
        out, into = self.number(row, "debit"), self.number(row, "credit")
        if out and into:
            return None
        if out:
            return -abs(out)
        return into if into is not None else out


def read_table(content: bytes, layout: Layout) -> ParsedStatement:
    """Return what the file says. Raises ``UnprocessableError`` for a layout with open questions."""
    if not layout.is_complete:
        raise UnprocessableError("Say first how dates and amounts are to be read.")
    text, _ = decode(content, layout.encoding)
    reader = _Reader(layout)
    transactions: list[ParsedTransaction] = []
    skipped: list[SkippedLine] = []
    before: list[str] = []
    for index, row in enumerate(rows_of(text, layout.delimiter)):
        if index < layout.rows_before:
            before.extend(row.cells)
        elif (found := _read(reader, row)) is None:
            continue
        elif isinstance(found, ParsedTransaction):
            transactions.append(found)
        else:
            skipped.append(found)
    currencies = {each.currency for each in transactions}
    opening, closing = balances_of_lines(transactions)
    return with_period(
        ParsedStatement(
            transactions=tuple(transactions),
            account_number=next(_numbers(before), ""),
            currency=currencies.pop() if len(currencies) == 1 else "",
            opening=opening if len(currencies) == 0 else None,
            closing=closing if len(currencies) == 0 else None,
            skipped=tuple(skipped),
        )
    )


def _numbers(cells: list[str]) -> Iterator[str]:
    for cell in cells:
        for found in _IBAN.finditer(cell):
            yield found[0].replace(" ", "")


def _read(reader: _Reader, row: Row) -> ParsedTransaction | SkippedLine | None:
    if row.is_empty:
        return None
    reason = _no_transaction(reader, row)
    if reason:
        return _skip(row, reason)
    day, amount = reader.day(row, "booked_on"), reader.amount(row)
    if day is None or amount is None:
        return _unread(reader, row, day, amount)
    currency = reader.cell(row, "currency").upper()
    return ParsedTransaction(
        line=row.line,
        booked_on=day,
        value_on=reader.day(row, "value_on"),
        amount=amount,
        currency=currency if len(currency) == 3 else "",
        payee=reader.text(row, "payee"),
        description=reader.text(row, "description"),
        reference=reader.text(row, "reference"),
        external_id=reader.text(row, "external_id"),
        balance=reader.number(row, "balance"),
    )


def _no_transaction(reader: _Reader, row: Row) -> str:
    """Return why a row is none although it may look like one; empty when it may be one."""
    if row.cells == reader.layout.headings:
        return "the headings again"
    first = next((cell for cell in row.cells if cell.strip()), "")
    texts = (first, *(reader.text(row, role) for role in ("booked_on", "payee", "description")))
    if any(len(text) <= _LONGEST_TOTAL and plain(text) in _TOTALS for text in texts):
        return "a total or balance"
    state = plain(reader.cell(row, "state"))
    if state in _NOT_BOOKED:
        return f"not booked: {state}"
    return ""


def _unread(reader: _Reader, row: Row, day: date | None, amount: Decimal | None) -> SkippedLine:
    written = any(reader.cell(row, role) for role in ("amount", "debit", "credit"))
    if day is None and (amount is None or not reader.cell(row, "booked_on")):
        if amount is None and not _looks_like_one(reader, row):
            return _skip(row, "a remark")
        if amount is not None and sum(bool(cell.strip()) for cell in row.cells) == 1:
            return _skip(row, "a total or balance")
        return _skip(row, "the date is missing", problem=True)
    if day is None:
        shown = reader.cell(row, "booked_on")
        return _skip(row, f"“{shown[:40]}” is not a date in this form", problem=True)
    return _skip(
        row, "the amount cannot be read" if written else "there is no amount", problem=True
    )


def _looks_like_one(reader: _Reader, row: Row) -> bool:
    """Tell whether a row is as wide as the others and filled where date and amount are."""
    written = any(reader.cell(row, role) for role in ("amount", "debit", "credit"))
    return bool(reader.cell(row, "booked_on")) and written


def _skip(row: Row, reason: str, *, problem: bool = False) -> SkippedLine:
    return SkippedLine(row.line, clean(*row.cells)[:200], reason, problem)
