"""Any mixture of the oddities of banks' CSV files is read to the cent, or asked about."""

import codecs
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger.parsing.delimited import read_table
from ledger.parsing.detect import detect

pytestmark = pytest.mark.unit

ROWS = st.lists(
    st.tuples(
        st.dates(date(2019, 1, 1), date(2026, 12, 31)),
        st.decimals("-9999999", "9999999", places=2, allow_nan=False),
        st.sampled_from(["Café Zürich", "Rent", "Müller & Söhne", "Refund of 3", "Total Energy"]),
    ),
    min_size=2,
    max_size=15,
)
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16")
SIGNS = ("-{}", "{}-", "({})", "\u2212{}")


@dataclass(frozen=True)
class Bank:
    """How one bank writes its files."""

    encoding: str
    delimiter: str
    mark: str
    group: str
    sign: str
    day: str
    split_headings: bool
    totals: bool
    empty_lines: bool
    preamble: bool
    ends: str

    def amount(self, amount: Decimal) -> str:
        digits = f"{abs(amount):,.2f}".replace(",", "g").replace(".", self.mark)
        digits = digits.replace("g", self.group)
        return self.sign.format(digits) if amount < 0 else digits

    def file(self, rows: list[tuple[date, Decimal, str]]) -> bytes:
        lines = ["Account;DE00", "Period;2026"] if self.preamble else []
        lines += (
            ["Booking;;Amount;Balance", "date;Text;in EUR;in EUR"] if self.split_headings else []
        )
        lines += [] if self.split_headings else ["Date;Text;Amount;Balance"]
        held = Decimal(0)
        for day, amount, text in rows:
            held += amount
            cells = (day.strftime(self.day), text, self.amount(amount), self.amount(held))
            lines.append(";".join(f'"{cell}"' for cell in cells))
            if self.empty_lines:
                lines.append("")
        if self.totals:
            lines.append(f'"Total";"";"{self.amount(held)}";""')
        text = self.ends.join(lines).replace(";", self.delimiter)
        return text.encode(self.encoding)


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    mark = draw(st.sampled_from(".,"))
    encoding = draw(st.sampled_from(ENCODINGS))
    groups = ["", " ", "'", "\u00a0", "," if mark == "." else "."]
    signs = SIGNS if encoding.startswith("utf") else SIGNS[:3]
    return Bank(
        encoding=encoding,
        delimiter=draw(st.sampled_from([";", ",", "\t", "|"])),
        mark=mark,
        group=draw(st.sampled_from(groups)),
        sign=draw(st.sampled_from(signs)),
        day=draw(st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d"])),
        split_headings=draw(st.booleans()),
        totals=draw(st.booleans()),
        empty_lines=draw(st.booleans()),
        preamble=draw(st.booleans()),
        ends=draw(st.sampled_from(["\n", "\r\n"])),
    )


@given(banks(), ROWS)
def test_a_file_of_any_bank_is_read_to_the_cent(bank, rows):
    rows.sort(key=lambda row: row[0])
    content = bank.file(rows)
    assert content.startswith(codecs.BOM_UTF8) == (bank.encoding == "utf-8-sig")
    found = detect(content)
    assert found.layout.date_format == bank.day
    if not found.layout.decimal_mark:
        return  # the person is asked
    statement = read_table(content, found.layout)
    assert [(t.booked_on, t.amount) for t in statement.transactions] == [r[:2] for r in rows]
    assert not statement.problems
    assert statement.total == sum((amount for _, amount, _ in rows), Decimal(0))
    if any(amount for _, amount, _ in rows):
        assert statement.difference == 0
