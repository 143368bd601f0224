"""What holds for all amounts, days and files: written in any bank's way, read as it was."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from core.errors import InvalidInputError, LedgerFlowError
from hypothesis import assume, given
from hypothesis import strategies as st
from ledger.fingerprints import numbered
from ledger.money import digits_of, exact, shown
from ledger.parsing.amounts import marks_of, read_amount
from ledger.parsing.camt import read_camt
from ledger.parsing.dates import FORMATS, formats_of, read_date
from ledger.parsing.delimited import read_table
from ledger.parsing.detect import detect
from ledger.parsing.kinds import kind_of
from ledger.parsing.ofx import read_ofx
from ledger.parsing.statement import ParsedTransaction

pytestmark = pytest.mark.unit

AMOUNTS = st.decimals("-9999999999", "9999999999", places=2, allow_nan=False)
DAYS = st.dates(date(1970, 1, 1), date(2060, 12, 31))
GROUPS = {
    ".": [",", " ", "'", "\u00a0", "\u202f", "\u2019", ""],
    ",": [".", " ", "'", "\u00a0", ""],
}
SIGNS = ("-{}", "{}-", "({})", "\u2212{}", "- {}", "{} DR", "-{} €", "EUR -{}", "-£{}")


def written(amount: Decimal, mark: str, group: str, sign: str) -> str:
    digits = f"{abs(amount):,.2f}".replace(",", "g").replace(".", mark).replace("g", group)
    return sign.format(digits) if amount < 0 else digits


@given(AMOUNTS, st.sampled_from([".", ","]), st.data(), st.sampled_from(SIGNS))
def test_an_amount_is_read_as_it_was_written(amount, mark, data, sign):
    group = data.draw(st.sampled_from(GROUPS[mark]))
    assert read_amount(written(amount, mark, group, sign), mark) == amount


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_an_amount_or_a_day(text):
    for mark in ".,":
        found = read_amount(text, mark)
        assert found is None or found.is_finite()
    for form in FORMATS:
        read_date(text, form)


@pytest.mark.parametrize(
    "text",
    ["", "-", "()", "1-2", "--1", "(-1)", "1,23,4", "1.2.3", "12 34", "1e5", "١٢", "NaN", "abc"],
)
def test_what_is_no_amount_is_not_taken_for_one(text):
    assert read_amount(text, ".") is None


@given(st.lists(AMOUNTS, min_size=1, max_size=20), st.sampled_from([".", ","]), st.data())
def test_the_mark_of_a_column_is_found_or_asked_and_never_wrong(amounts, mark, data):
    group = data.draw(st.sampled_from(GROUPS[mark]))
    column = [written(amount, mark, group, "-{}") for amount in amounts]
    marks, differ = marks_of(column)
    assert mark in marks
    if not differ:
        assert [read_amount(text, marks[0]) for text in column] == amounts


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(list(FORMATS)))
def test_the_form_of_a_column_of_days_is_found_or_asked(days, form):
    if "%y" in form:
        days = [day.replace(year=1970 + day.year % 90, day=min(day.day, 28)) for day in days]
        days = [day for day in days if 1970 <= day.year <= 2060]
        assume(all(day.year < 2060 for day in days))
    column = [day.strftime(form) for day in sorted(days)]
    found = formats_of(column)
    readings = [[read_date(text, each) for text in column] for each in found.formats]
    assert sorted(days) in readings


def test_a_file_out_of_order_asks_when_days_and_months_could_be_turned():
    assert formats_of(["03/04/2024", "05/02/2024", "04/03/2024"]).ask


LINES = st.builds(
    ParsedTransaction,
    line=st.just(0),
    booked_on=st.dates(date(2024, 1, 1), date(2024, 1, 4)),
    amount=st.sampled_from([Decimal("-1.00"), Decimal("-1.0"), Decimal(2)]),
    currency=st.just("EUR"),
    payee=st.sampled_from(["A", "a ", "B"]),
)


@given(st.lists(LINES, max_size=30), st.integers(1, 4), st.data())
def test_overlapping_files_bring_every_line_once(lines, cut, data):
    """Files of whole days, however they overlap, come to what one file of all days holds."""
    begin = data.draw(st.integers(1, cut + 1))
    first = [line for line in lines if line.booked_on.day <= cut]
    second = [line for line in lines if line.booked_on.day >= begin]
    ledger = {key for part in (first, second, first) for _, key in numbered(part)}
    assert ledger == {key for _, key in numbered(lines)}
    assert len(ledger) == len(lines)


@given(st.lists(st.tuples(DAYS, AMOUNTS, st.text(max_size=12)), min_size=1, max_size=25), st.data())
def test_a_file_comes_back_line_by_line_to_the_cent(rows, data):
    mark = data.draw(st.sampled_from([".", ","]))
    lines = ["Date;Description;Amount;Balance"]
    held = Decimal("123.45")
    rows = [(d, a, "".join(c for c in t if c.isprintable())) for d, a, t in sorted(rows)]
    for day, amount, text in rows:
        held += amount
        quoted = '"' + text.replace('"', '""') + '"'
        cells = (day.isoformat(), quoted, f"{amount:.2f}", f"{held:.2f}")
        lines.append(";".join((*cells[:2], *(cell.replace(".", mark) for cell in cells[2:]))))
    content = "\r\n".join(lines).encode("utf-8-sig")
    statement = read_table(content, detect(content).layout)
    passed = {line.line for line in statement.skipped}
    assert not statement.problems
    kept = [row for number, row in enumerate(rows, 2) if number not in passed]
    assert [(t.booked_on, t.amount) for t in statement.transactions] == [r[:2] for r in kept]
    assert statement.total == sum((amount for _, amount, _ in kept), Decimal(0))
    if not passed:
        assert statement.difference == 0


@given(st.binary(max_size=400))
def test_no_bytes_break_a_reader(content):
    for read in (kind_of, detect, read_ofx, read_camt):
        with suppress(LedgerFlowError):  # anything else fails the test
            read(content)


@given(st.decimals("-99999999", "99999999", places=4), st.sampled_from(["EUR", "JPY", "BHD"]))
def test_an_amount_is_exact_or_refused(amount, currency):
    fits = amount == amount.quantize(Decimal(1).scaleb(-digits_of(currency)))
    if fits:
        assert exact(amount, currency) == amount
    else:
        with pytest.raises(InvalidInputError):
            exact(amount, currency)


def test_amounts_are_shown_with_the_digits_of_their_currency():
    assert shown(Decimal("-1234567.5000"), "EUR") == "\u22121\u00a0234\u00a0567.50"
    assert shown(Decimal("1200.0000"), "JPY") == "1\u00a0200"
    with pytest.raises(InvalidInputError, match="too large"):
        exact(Decimal(10) ** 14, "EUR")
