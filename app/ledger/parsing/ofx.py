"""OFX and QFX files, SGML (OFX 1) and XML (OFX 2), https://financialdataexchange.org.

ofxtools makes the tree, with a grammar of its own that knows no entities. The values are read here,
because banks leave out what its models require.
"""

import re
import xml.etree.ElementTree as ET
from datetime import date, datetime
from html import unescape
from typing import Final

from core.errors import UnprocessableError

from ledger.parsing.amounts import marks_of, read_amount
from ledger.parsing.encoding import decode
from ledger.parsing.limits import check_tags, go_on
from ledger.parsing.statement import (
    ParsedStatement,
    ParsedTransaction,
    SkippedLine,
    clean,
    with_period,
)

_STATEMENTS: Final = ("STMTRS", "CCSTMTRS")
_ACCOUNTS: Final = ("BANKACCTFROM", "CCACCTFROM")
_SIGN: Final = re.compile(rb"<OFX>", re.IGNORECASE)
_SAYS: Final = ("BANKTRANLIST", "LEDGERBAL")
"""A statement has one of them at least."""
_MESSAGE: Final = re.compile(r"<OFX>.*</OFX>", re.IGNORECASE | re.DOTALL)
_NUL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def is_ofx(content: bytes) -> bool:
    """Tell whether the file says that it is OFX."""
    head = content[:4096]
    return head.lstrip().startswith(b"OFXHEADER") or _SIGN.search(head) is not None


def read_ofx(content: bytes) -> tuple[ParsedStatement, ...]:
    """Return the statements. Raises ``UnprocessableError`` when there is none to be read."""
    check_tags(content)
    text, _ = decode(content)
    message = _MESSAGE.search(text)  # headers are as various as banks, and hold nothing of use
    broken = "The OFX file is broken or cut short. Download it from the bank again."
    if message is None:
        raise UnprocessableError(broken)
    # Its models of every message take longer to load than all of Django; few processes need them.
    from ofxtools.Parser import TreeBuilder  # noqa: PLC0415

    builder = TreeBuilder()
    try:
        builder.feed(message[0])
        root = builder.close()
    except Exception as error:  # ofxtools raises many kinds, SyntaxError and IndexError among them
        raise UnprocessableError(broken) from error
    named = [node for tag in _STATEMENTS for node in root.iter(tag)]
    found = [node for node in named if any(node.find(tag) is not None for tag in _SAYS)]
    if not found:
        raise UnprocessableError("The OFX file has no statement of a bank account or card.")
    return tuple(_statement(node) for node in found)


def _statement(node: ET.Element) -> ParsedStatement:
    currency = _text(node, "CURDEF").upper()
    entries = list(node.iter("STMTTRN"))
    marks, _ = marks_of(_text(entry, "TRNAMT") for entry in entries)
    mark = marks[0] if marks else "."
    transactions: list[ParsedTransaction] = []
    skipped: list[SkippedLine] = []
    for number, entry in enumerate(entries, 1):
        go_on()
        found = _transaction(entry, number, mark)
        if isinstance(found, ParsedTransaction):
            transactions.append(found)
        else:
            skipped.append(found)
    account = next((a for tag in _ACCOUNTS for a in node.iter(tag)), None)
    closing = read_amount(_text(node, "LEDGERBAL/BALAMT"), mark)
    return with_period(
        ParsedStatement(
            transactions=tuple(transactions),
            account_number=clean(_text(account, "ACCTID")) if account is not None else "",
            currency=currency,
            starts_on=_day(_text(node, "BANKTRANLIST/DTSTART")),
            ends_on=_day(_text(node, "BANKTRANLIST/DTEND")),
            closing=closing if _closes(node) else None,
            skipped=tuple(skipped),
        )
    )


def _closes(node: ET.Element) -> bool:
    """Tell whether the balance is that of the period's end; many banks send that of today."""
    ends, at = _day(_text(node, "BANKTRANLIST/DTEND")), _day(_text(node, "LEDGERBAL/DTASOF"))
    return ends is None or at is None or at == ends


def _transaction(entry: ET.Element, number: int, mark: str) -> ParsedTransaction | SkippedLine:
    day = _day(_text(entry, "DTPOSTED"))
    amount = read_amount(_text(entry, "TRNAMT"), mark)
    payee = clean(_text(entry, "NAME") or _text(entry, "PAYEE/NAME"))
    memo = clean(_text(entry, "MEMO"))
    if day is None or amount is None:
        what = "the date" if day is None else "the amount"
        return SkippedLine(number, clean(payee, memo)[:200], f"{what} cannot be read", True)
    return ParsedTransaction(
        line=number,
        booked_on=day,
        value_on=_day(_text(entry, "DTAVAIL")),
        amount=amount,
        currency=_text(entry, "CURRENCY/CURSYM").upper(),
        payee=payee,
        description=memo,
        reference=clean(_text(entry, "CHECKNUM"), _text(entry, "REFNUM")),
        external_id=clean(_text(entry, "FITID"))[:255],
    )


def _text(node: ET.Element, path: str) -> str:
    return _NUL.sub("", unescape(node.findtext(path) or "").strip())


def _day(text: str) -> date | None:
    """Return the day of an OFX date, ``YYYYMMDD`` and more; its time zone is the bank's."""
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()
    except ValueError:
        return None
