"""A file that is too much to read while somebody waits is refused, and says what to do."""

import pytest
from core.errors import TooLargeError, UnprocessableError
from ledger.parsing import limits, table
from ledger.parsing.camt import read_camt
from ledger.parsing.detect import detect
from ledger.parsing.ofx import read_ofx

pytestmark = pytest.mark.unit

CSV = b"Date,Text,Amount\n" + b"2024-01-15,Coffee,-1.00\n" * 20
OFX = (
    b"<OFX><STMTRS><CURDEF>EUR<BANKTRANLIST><STMTTRN><DTPOSTED>20240115<TRNAMT>-1.00<FITID>1"
    b"</STMTTRN></BANKTRANLIST></STMTRS></OFX>"
)
CAMT = (
    b"<Document><BkToCstmrStmt><Stmt><Ntry><Amt>1.00</Amt><BookgDt><Dt>2024-01-15</Dt></BookgDt>"
    b"</Ntry></Stmt></BkToCstmrStmt></Document>"
)
READERS = [(detect, CSV), (read_ofx, OFX), (read_camt, CAMT)]
NAMES = ["csv", "ofx", "camt"]


@pytest.mark.parametrize(("read", "content"), READERS, ids=NAMES)
def test_a_file_that_takes_too_long_is_given_up(read, content):
    read(content)
    with limits.limited():
        read(content)
    with limits.limited(-1), pytest.raises(UnprocessableError, match="takes too long") as told:
        read(content)
    assert told.value.error_code == "time_limit"
    read(content)


@pytest.mark.parametrize(("read", "content"), READERS[1:], ids=NAMES[1:])
def test_a_tree_of_too_many_elements_is_never_made(read, content, monkeypatch):
    monkeypatch.setattr(limits, "MOST_TAGS", content.count(b"<"))
    read(content)
    with pytest.raises(TooLargeError, match="Ask the bank for a shorter time"):
        read(content + b"<!-- -->")


def test_a_table_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(table, "MOST_ROWS", 21)
    detect(CSV)
    with pytest.raises(TooLargeError, match="larger than 21 rows"):
        detect(CSV + b"2024-01-16,Tea,-1.00\n")


def test_what_the_limits_allow_holds_the_hundred_thousand_transactions_of_a_year():
    assert limits.MOST_ROWS > 2 * 100_000
    assert limits.MOST_TAGS > 100_000 * 10
