"""CAMT.053 of two versions: single entries, batches, charges, reversals, pending ones."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from core.errors import UnprocessableError
from ledger.parsing.camt import is_camt, read_camt

pytestmark = pytest.mark.unit

FILES = Path(__file__).parent / "files"


def read(name):
    content = (FILES / name).read_bytes()
    assert is_camt(content)
    return read_camt(content)


def test_an_entry_of_version_02():
    (statement,) = read("single-02.xml")
    (entry,) = statement.transactions
    assert (entry.booked_on, entry.value_on) == (date(2024, 1, 15), date(2024, 1, 16))
    assert (entry.amount, entry.currency) == (Decimal("-187.50"), "EUR")
    assert (entry.payee, entry.description) == ("Bakery", "Bread and cake")
    assert (entry.reference, entry.external_id) == ("INV-7", "R1")
    assert (statement.opening, statement.closing) == (Decimal(100), Decimal("-87.50"))
    assert statement.difference == 0
    assert statement.account_number == "DE89370400440532013000"
    assert (statement.starts_on, statement.ends_on) == (date(2024, 1, 1), date(2024, 1, 31))


def test_batches_of_version_08_are_split_only_when_they_add_up():
    (statement,) = read("batch-08.xml")
    read_as = [(t.line, t.amount, t.payee, t.description) for t in statement.transactions]
    assert read_as == [
        (1, Decimal(60), "Ann", "SEPA"),
        (1, Decimal(40), "Bob", "SEPA"),
        (2, Decimal(60), "Ann", "SEPA"),
        (2, Decimal(40), "Bob", "SEPA"),
        (2, Decimal("-1.50"), "", "Charges SEPA"),
        (3, Decimal(99), "", "Batch of 2 payments SEPA"),
        (4, Decimal("12.50"), "", "Reversal SEPA"),
    ]
    assert [(s.line, s.reason, s.problem) for s in statement.skipped] == [
        (5, "not booked: PDNG", False),
        (6, "the amount cannot be read", True),
    ]
    assert statement.account_number == "0012345"
    assert statement.transactions[0].reference == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<Document><BkToCstmrStmt></BkToCstmrStmt></Document>", "no statement"),
        (b"<Document><BkToCstmrDbtCdtNtfctn/></Document>", "no statement"),
        (b"<Document><BkToCstmrStmt>", "broken"),
        (
            b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
            b"<Document><BkToCstmrStmt>&b;</BkToCstmrStmt></Document>",
            "entities",
        ),
        (
            b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
            b"<Document><BkToCstmrStmt>&x;</BkToCstmrStmt></Document>",
            "entities",
        ),
    ],
)
def test_broken_and_hostile_files_are_refused_in_words(content, words):
    with pytest.raises(UnprocessableError, match=words):
        read_camt(content)
