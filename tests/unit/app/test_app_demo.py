"""The invented household's files: the same for a seed, whole, and what readers make of them."""

from decimal import Decimal
from itertools import islice

import pypdfium2
import pytest
from demo.contents import LARGE, SMALL, items
from demo.household import HOLDINGS, iban
from demo.movements import months, periods
from documents.inspection.inspect import inspect
from ledger.parsing.delimited import read_table
from ledger.parsing.detect import detect
from ledger.parsing.kinds import CAMT, OFX, kind_of
from ledger.selectors.plans import read_ofx_or_camt

pytestmark = pytest.mark.unit

FILES = list(items(SMALL, 1))
STATEMENTS = [item for item in FILES if item.holding]


def statement_of(item):
    """Return what the ledger reads in a statement, and the month it was made of."""
    content = item.make()
    kind = kind_of(content)
    if kind in (OFX, CAMT):
        (said,) = read_ofx_or_camt(kind, content)
    else:
        said = read_table(content, detect(content).layout)
    return said, item.make.args[1]


@pytest.mark.parametrize("item", STATEMENTS, ids=lambda item: item.name)
def test_a_statement_is_read_as_it_was_meant(item):
    said, period = statement_of(item)
    read = sorted((each.booked_on, each.amount) for each in said.transactions)
    assert read == sorted((each.day, each.amount) for each in period.movements)
    assert said.problems == ()
    if item.holding.layout in ("bom", "camt"):
        assert (said.opening, said.closing) == (period.opening, period.closing)
        assert said.opening + said.total == said.closing
    if item.holding.layout == "ofx":
        assert said.closing == period.closing
    if item.holding.layout in ("german", "camt", "ofx"):
        assert said.account_number == item.holding.number


def test_months_follow_each_other_without_a_gap_and_a_part_fits_the_whole():
    for holding in HOLDINGS:
        held = Decimal(holding.opening).scaleb(-2)
        for period in periods(holding, 1):
            assert period.opening == held
            held = period.closing
    assert months(6) == months(120)[-6:]
    names = [item.name for item in items(LARGE, 1)]
    assert len(set(names)) == len(names)
    assert {item.name for item in FILES} <= set(names)


def test_a_seed_gives_the_same_and_another_one_another():
    for first, second, other in islice(
        zip(items(SMALL, 7), items(SMALL, 7), items(SMALL, 8), strict=False), 12
    ):
        if not first.name.endswith(".pdf"):  # PDFium gives each file an id of its own
            assert first.make() == second.make()
        if first.holding:
            assert first.make() != other.make()


def test_all_files_are_taken_for_what_their_names_say(tmp_path):
    for item in FILES:
        path = tmp_path / "received"
        path.write_bytes(item.make())
        assert inspect(path, item.name, "").warnings == (), item.name


def test_a_scan_is_large_and_one_page():
    item = next(each for each in items(LARGE, 1) if each.name.startswith("Scanned"))
    content = item.make()
    assert len(content) > 4_300_000
    with pypdfium2.PdfDocument(content) as document:
        assert len(document) == 1


def test_ibans_have_their_check_digits():
    assert iban("DE", "370400440532013000") == "DE89370400440532013000"
