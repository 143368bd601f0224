"""OFX 1 and 2, QFX: of accounts, of a card, of several accounts."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from core.errors import UnprocessableError
from ledger.parsing.ofx import is_ofx, read_ofx

pytestmark = pytest.mark.unit

FILES = Path(__file__).parent / "files"


def read(name):
    content = (FILES / name).read_bytes()
    assert is_ofx(content)
    return read_ofx(content)


def test_sgml_of_an_account():
    (statement,) = read("checking-1.ofx")
    coffee, cheque, salary = statement.transactions
    assert (coffee.booked_on, coffee.amount) == (date(2024, 1, 15), Decimal("-12.50"))
    assert (coffee.payee, coffee.description, coffee.external_id) == (
        "Coffee & Co",
        "Card 1234",
        "A-1",
    )
    assert (cheque.amount, cheque.reference) == (Decimal(-40), "1001")
    assert salary.amount == 1000
    assert (statement.account_number, statement.currency) == ("0012345", "USD")
    assert (statement.starts_on, statement.ends_on) == (date(2024, 1, 1), date(2024, 1, 31))
    assert statement.closing == Decimal("1047.50")
    assert statement.difference is None


def test_a_card_with_a_decimal_comma_and_the_balance_of_another_day():
    (statement,) = read("card.qfx")
    assert [t.amount for t in statement.transactions] == [Decimal("-1234.56")]
    assert statement.closing is None


def test_xml_of_two_accounts_names_what_it_cannot_read():
    first, second = read("two-accounts-2.ofx")
    assert [s.account_number for s in (first, second)] == ["111", "222"]
    assert [t.amount for t in second.transactions] == [Decimal("2.10")]
    assert [(p.line, p.reason) for p in first.problems] == [(2, "the date cannot be read")]


@pytest.mark.parametrize(
    "content",
    [
        b"OFXHEADER:100\n\n<OFX>",
        b"OFXHEADER:100",
        b"<OFX><STMTRS></OFX>",
        b'<?xml version="1.0"?><OFX></OFX>',
        b"OFXHEADER:100\nDATA:OFXSGML\n\n<OFX>" + b"<A>" * 3000,
        (FILES / "checking-1.ofx").read_bytes()[:700],
    ],
)
def test_broken_files_are_refused_in_words(content):
    with pytest.raises(UnprocessableError, match="OFX file"):
        read_ofx(content)
