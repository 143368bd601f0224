"""CAMT.053, the statement of ISO 20022, versions 001.02 to 001.13; defusedxml refuses entities.

Rules of the message: https://www.iso20022.org, "Bank-to-Customer Cash Management".
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from core.errors import UnprocessableError
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ledger.parsing.limits import check_tags, go_on
from ledger.parsing.statement import (
    ParsedStatement,
    ParsedTransaction,
    SkippedLine,
    clean,
    with_period,
)

_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD",)
_BOOKED: Final = "BOOK"


def is_camt(content: bytes) -> bool:
    """Tell whether the file says that it is a CAMT message."""
    return b"BkToCstmr" in content[:65536] or b":camt.05" in content[:4096]


def read_camt(content: bytes) -> tuple[ParsedStatement, ...]:
    """Return the statements. Raises ``UnprocessableError`` when there is none to be read."""
    check_tags(content)
    try:
        root = fromstring(content)
    except DefusedXmlException as error:
        raise UnprocessableError(
            "The XML file declares entities, which LedgerFlow refuses."
        ) from error
    except (ET.ParseError, ValueError, LookupError) as error:
        raise UnprocessableError(
            "The XML file is broken or cut short. Download it from the bank again."
        ) from error
    for node in root.iter():
        if isinstance(node.tag, str):
            node.tag = node.tag.rpartition("}")[2]  # the versions differ in their namespace
    found = root.findall("BkToCstmrStmt/Stmt")
    if not found:
        raise UnprocessableError("The XML file is no statement: only CAMT.053 is taken.")
    return tuple(_statement(node) for node in found)


def _statement(node: ET.Element) -> ParsedStatement:
    transactions: list[ParsedTransaction] = []
    skipped: list[SkippedLine] = []
    for number, entry in enumerate(node.findall("Ntry"), 1):
        go_on()
        for found in _entry(entry, number):
            if isinstance(found, ParsedTransaction):
                transactions.append(found)
            else:
                skipped.append(found)
    return with_period(
        ParsedStatement(
            transactions=tuple(transactions),
            account_number=_text(node, "Acct/Id/IBAN") or _text(node, "Acct/Id/Othr/Id"),
            currency=_text(node, "Acct/Ccy") or _balance_currency(node),
            starts_on=_day(node, "FrToDt/FrDtTm"),
            ends_on=_day(node, "FrToDt/ToDtTm"),
            opening=_balance(node, _OPENING),
            closing=_balance(node, _CLOSING),
            skipped=tuple(skipped),
        )
    )


def _balance(node: ET.Element, codes: tuple[str, ...]) -> Decimal | None:
    for code in codes:
        found = [b for b in node.findall("Bal") if _text(b, "Tp/CdOrPrtry/Cd") == code]
        if found:  # a statement in several parts has interim ones; the outermost count
            balance = found[0] if codes == _OPENING else found[-1]
            amount = _amount(balance, "Amt")
            return amount * _side(balance) if amount is not None else None
    return None


def _balance_currency(node: ET.Element) -> str:
    amount = node.find("Bal/Amt")
    return amount.get("Ccy", "") if amount is not None else ""


def _entry(entry: ET.Element, number: int) -> Iterator[ParsedTransaction | SkippedLine]:
    status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
    amount, day = _amount(entry, "Amt"), _date(entry, "BookgDt") or _date(entry, "ValDt")
    words = clean(_text(entry, "AddtlNtryInf"))[:200]
    if status not in ("", _BOOKED):
        yield SkippedLine(number, words, f"not booked: {status}")
        return
    if amount is None or day is None:
        what = "the date" if day is None else "the amount"
        yield SkippedLine(number, words, f"{what} cannot be read", problem=True)
        return
    signed = amount * _side(entry)
    parts = entry.findall("NtryDtls/TxDtls")
    split = _parts(entry, parts, signed) if len(parts) > 1 else None
    if split is None:
        details = parts[0] if parts else entry
        yield _transaction(entry, details, number, day, signed, batch=len(parts))
        return
    for details, share in split:
        yield _transaction(entry, details, number, day, share)


def _parts(
    entry: ET.Element, parts: list[ET.Element], signed: Decimal
) -> list[tuple[ET.Element, Decimal]] | None:
    """Return the payments of a batch with their amounts, and its charges, if all adds up."""
    currency = _currency(entry)
    shares: list[tuple[ET.Element, Decimal]] = []
    for part in parts:
        path = "Amt" if part.find("Amt") is not None else "AmtDtls/TxAmt/Amt"
        amount, node = _amount(part, path), part.find(path)
        if amount is None or node is None or node.get("Ccy", currency) != currency:
            return None
        side = _side(part) if part.find("CdtDbtInd") is not None else _side(entry)
        shares.append((part, amount * side))
    rest = signed - sum((share for _, share in shares), Decimal(0))
    if rest == 0:
        return shares
    charges = _charges(entry)
    return [*shares, (entry, rest)] if charges and abs(rest) == charges else None


def _charges(entry: ET.Element) -> Decimal:
    found = [_amount(node, "Amt") for node in entry.findall("Chrgs/Rcrd")]
    total = _amount(entry, "Chrgs/TtlChrgsAndTaxAmt")
    return total if total is not None else sum((each for each in found if each), Decimal(0))


def _transaction(
    entry: ET.Element,
    details: ET.Element,
    number: int,
    day: date,
    amount: Decimal,
    *,
    batch: int = 1,
) -> ParsedTransaction:
    is_charge = details is entry and bool(entry.findall("NtryDtls/TxDtls"))
    other = "Cdtr" if amount < 0 else "Dbtr"
    payee = "" if is_charge or batch > 1 else _party(details, other)
    remarks = [node.text for node in details.findall("RmtInf/Ustrd")]
    notes = (
        "Charges" if is_charge else "",
        f"Batch of {batch} payments" if batch > 1 else "",
        "Reversal" if _text(entry, "RvslInd") in ("true", "1") else "",
    )
    reference = clean(
        _given(details, "Refs/EndToEndId"), _text(details, "RmtInf/Strd/CdtrRefInf/Ref")
    )
    return ParsedTransaction(
        line=number,
        booked_on=day,
        value_on=_date(entry, "ValDt"),
        amount=amount,
        currency=_currency(entry),
        payee=clean(payee),
        description=clean(*notes, *remarks, *(() if remarks else (_text(entry, "AddtlNtryInf"),))),
        reference="" if batch > 1 else reference,
        external_id=clean(_text(entry, "AcctSvcrRef") or _given(details, "Refs/AcctSvcrRef"))[:255],
    )


def _party(details: ET.Element, role: str) -> str:
    base = f"RltdPties/{role}"
    ultimate = f"RltdPties/Ultmt{role}"
    return next(
        (
            name
            for path in (f"{base}/Nm", f"{base}/Pty/Nm", f"{ultimate}/Nm", f"{ultimate}/Pty/Nm")
            if (name := _text(details, path))
        ),
        "",
    )


def _given(node: ET.Element, path: str) -> str:
    text = _text(node, path)
    return "" if text.upper() == "NOTPROVIDED" else text


def _side(node: ET.Element) -> int:
    """Return the direction of the booking itself; of a reversal too, which books the other way."""
    return -1 if _text(node, "CdtDbtInd") == "DBIT" else 1


def _currency(node: ET.Element) -> str:
    amount = node.find("Amt")
    return amount.get("Ccy", "").upper() if amount is not None else ""


def _amount(node: ET.Element, path: str) -> Decimal | None:
    try:
        found = Decimal(_text(node, path))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _date(node: ET.Element, path: str) -> date | None:
    return _day(node, f"{path}/Dt") or _day(node, f"{path}/DtTm")


def _day(node: ET.Element, path: str) -> date | None:
    try:
        return date.fromisoformat(_text(node, path)[:10])
    except ValueError:
        return None


def _text(node: ET.Element, path: str) -> str:
    return (node.findtext(path) or "").strip()
