"""Files as banks make them: each is read as a person would read it.

``files/expected.json`` says per file the transactions, and what else matters of it.
"""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from ledger.parsing.delimited import read_table
from ledger.parsing.detect import detect

pytestmark = pytest.mark.unit

FILES = Path(__file__).parent / "files"
EXPECTED = json.loads((FILES / "expected.json").read_text())


def test_every_file_has_an_expectation():
    assert {path.name for path in FILES.glob("*.csv")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_it_is_read_as_a_person_reads_it(name):
    content, expected = (FILES / name).read_bytes(), EXPECTED[name]
    found = detect(content)
    questions = {"date": found.layout.date_format, "amount": found.layout.decimal_mark}
    assert [what for what, said in questions.items() if not said] == expected.get("ask", [])
    if "ask" in expected:
        return
    statement = read_table(content, found.layout)
    read = [[str(t.booked_on), t.amount] for t in statement.transactions]
    assert read == [[day, Decimal(amount)] for day, amount in expected["transactions"]]
    assert len(statement.problems) == expected.get("problems", 0)
    passed = len(statement.skipped) - len(statement.problems)
    assert passed == expected.get("skipped", 0), statement.skipped
    for name_of_field in ("opening", "closing"):
        said = expected.get(name_of_field)
        assert getattr(statement, name_of_field) == (Decimal(said) if said else None)
    assert statement.currency == expected.get("currency", "")
    assert statement.account_number == expected.get("account", "")
    if "lines" in expected:
        assert [t.line for t in statement.transactions] == expected["lines"]
    if "payees" in expected:
        assert [t.payee for t in statement.transactions] == expected["payees"]
