"""Works out what an import would do."""

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from core.errors import LedgerFlowError

from ledger.fingerprints import numbered
from ledger.models import Account, Import, Transaction
from ledger.parsing.camt import read_camt
from ledger.parsing.delimited import read_table
from ledger.parsing.detect import Detection, detect, examine
from ledger.parsing.encoding import decode
from ledger.parsing.kinds import CAMT, OFX
from ledger.parsing.layout import Layout
from ledger.parsing.limits import limited
from ledger.parsing.statement import ParsedStatement, ParsedTransaction
from ledger.parsing.table import rows_of
from ledger.plans import Keyed, Part, Plan, settled
from ledger.selectors.imports import remembered_layout
from ledger.selectors.transactions import alike, known_keys

_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_DAYS_APART: Final = 3
"""Banks book the same transaction a few days apart in different kinds of files."""


def plan_of(origin: Import, *, with_choices: bool = True) -> Plan:
    """Return what importing a file would do now.

    ``with_choices`` also tells how else a CSV file could be read, which takes a look at all of it.
    Raises ``TooLargeError`` and ``UnprocessableError`` (``time_limit``) for files that are not read
    while somebody waits (``ledger.parsing.limits``).
    """
    with limited():
        return _plan(origin, with_choices=with_choices)


def _plan(origin: Import, *, with_choices: bool) -> Plan:
    content = bytes(origin.content)
    if origin.kind in (OFX, CAMT):
        read = read_ofx_or_camt(origin.kind, content)
        return Plan(tuple(_part(origin, statement, len(read) == 1) for statement in read))
    detection, remembered = _detection(origin, content, with_choices=with_choices)
    if not detection.layout.is_complete:
        return Plan((), detection, remembered)
    try:
        statement = read_table(content, detection.layout)
    except LedgerFlowError as error:
        return Plan((), detection, remembered, error.message)
    mistake = "" if statement.transactions else "No line can be read as a transaction this way."
    return Plan((_part(origin, statement, True),), detection, remembered, mistake)


def read_ofx_or_camt(kind: str, content: bytes) -> tuple[ParsedStatement, ...]:
    """Return the statements of a file that names its accounts."""
    from ledger.parsing.ofx import read_ofx  # noqa: PLC0415 - ofxtools is slow to import

    return read_ofx(content) if kind == OFX else read_camt(content)


def _detection(origin: Import, content: bytes, *, with_choices: bool) -> tuple[Detection, bool]:
    """Return how a CSV file is read: as the person said, as they said last time, as detected.

    Also whether this is how they confirmed such files before.
    """
    if origin.layout:
        layout = Layout.from_json(origin.layout)
        if not with_choices:
            return Detection(layout, (), "", (), ""), False
        text, _ = decode(content, layout.encoding)
        found = replace(examine(layout, rows_of(text, layout.delimiter)), layout=layout)
        known = remembered_layout(origin.owner_id, layout.fingerprint)
        return found, known is not None and _said(known) == _said(layout)
    found = detect(content)
    known = remembered_layout(origin.owner_id, found.layout.fingerprint)
    if known is None:
        return found, False
    # A form that cannot read this file was right for the last one only.
    fits_date = known.date_format in found.date_formats
    fits_mark = known.decimal_mark in found.marks
    layout = replace(
        found.layout,
        # Of the encodings of one byte per character only a person can tell which it is.
        encoding=known.encoding if found.layout.encoding == "cp1252" else found.layout.encoding,
        columns=known.columns,
        negate=known.negate,
        date_format=known.date_format if fits_date else found.layout.date_format,
        decimal_mark=known.decimal_mark if fits_mark else found.layout.decimal_mark,
    )
    return replace(found, layout=layout), True


def _said(layout: Layout) -> tuple[object, ...]:
    """Return what a person can say of a layout."""
    return (layout.columns, layout.date_format, layout.decimal_mark, layout.negate)


def _part(origin: Import, statement: ParsedStatement, alone: bool) -> Part:
    account = _account(origin, statement, alone)
    if account is None:
        number = statement.account_number or "no number"
        return Part(statement, None, f"You have no account with {number}. Add it, then come back.")
    exact = settled(statement, account)
    complaint = _complaint(account, statement)
    keyed = numbered(exact.transactions)
    known = known_keys(account, [key[0] for _, key in keyed])
    new = [(line, key) for line, key in keyed if key not in known]
    return Part(exact, account, complaint, new, len(keyed) - len(new), _alike(account, new))


def _account(origin: Import, statement: ParsedStatement, alone: bool) -> Account | None:
    if alone and origin.account is not None:
        return origin.account
    number = _number(statement.account_number)
    if not number:
        return None
    own = Account.objects.filter(owner_id=origin.owner_id).exclude(number="").order_by("pk")
    same = [account for account in own if _number(account.number) == number]
    fitting = [each for each in same if statement.currency in ("", each.currency)]
    return next(iter(fitting or same), None)


def _complaint(account: Account, statement: ParsedStatement) -> str:
    said, own = _number(statement.account_number), _number(account.number)
    if said != own and _IBAN.fullmatch(said) and _IBAN.fullmatch(own):
        return f"The file is of account {said}, not of {account.name}. Choose that account."
    if statement.currency and statement.currency != account.currency:
        return (
            f"The file is in {statement.currency}, {account.name} is in {account.currency}. "
            f"Choose an account in {statement.currency}."
        )
    return ""


def _number(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


def _alike(account: Account, new: list[Keyed]) -> list[tuple[ParsedTransaction, Transaction]]:
    """Return new lines with a known transaction of the same amount near the same day."""
    if not new:
        return []
    apart = timedelta(days=_DAYS_APART)
    days = [line.booked_on for line, _ in new]
    near: dict[Decimal, list[Transaction]] = defaultdict(list)
    for known in alike(account, min(days) - apart, max(days) + apart):
        near[known.amount].append(known)
    found = ((line, _nearest(near.get(line.amount, []), line.booked_on)) for line, _ in new)
    return [(line, known) for line, known in found if known is not None]


def _nearest(known: list[Transaction], day: date) -> Transaction | None:
    close = [each for each in known if abs((each.booked_on - day).days) <= _DAYS_APART]
    return min(close, key=lambda each: abs((each.booked_on - day).days), default=None)
