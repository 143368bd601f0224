"""What every reader of bank files returns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ParsedTransaction:
    """One movement of money as the file tells it; money that leaves is negative."""

    line: int
    """The line of the file, from 1; in OFX and CAMT the number of the entry in its statement."""
    booked_on: date
    amount: Decimal
    currency: str = ""
    """Empty when the file does not say: then it is the account's."""
    value_on: date | None = None
    payee: str = ""
    description: str = ""
    reference: str = ""
    external_id: str = ""
    balance: Decimal | None = None
    """What the file says the account held after this."""


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line that is no transaction; ``problem`` when it might have been one."""

    line: int
    text: str
    reason: str
    problem: bool = False


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """What one file, or one part of it, says about one account."""

    transactions: tuple[ParsedTransaction, ...]
    account_number: str = ""
    currency: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    skipped: tuple[SkippedLine, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def problems(self) -> tuple[SkippedLine, ...]:
        """The lines that could not be read."""
        return tuple(line for line in self.skipped if line.problem)

    @property
    def total(self) -> Decimal:
        """The sum of the transactions in the statement's own currency."""
        own = (t.amount for t in self.transactions if t.currency in ("", self.currency))
        return sum(own, Decimal(0))

    @property
    def difference(self) -> Decimal | None:
        """What the file's own balances lack, 0 when they agree; None when there are not two."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - self.total


def with_period(statement: ParsedStatement) -> ParsedStatement:
    """Return the statement with the period of its transactions where the file names none."""
    days = [each.booked_on for each in statement.transactions]
    if not days:
        return statement
    return replace(
        statement,
        starts_on=statement.starts_on or min(days),
        ends_on=statement.ends_on or max(days),
    )


def clean(*parts: str | None) -> str:
    """Join texts of a file: one space between words, nothing twice, no control characters."""
    words: list[str] = []
    for part in parts:
        text = part or ""
        if not text.isprintable():
            text = "".join(c if c.isprintable() else " " for c in text)
        text = " ".join(text.split())
        if text and text not in words:
            words.append(text)
    return " ".join(words)


def balances_of_lines(
    transactions: Sequence[ParsedTransaction],
) -> tuple[Decimal | None, Decimal | None]:
    """Return the opening and closing balance that a column of balances tells, oldest line first.

    Files run upwards or downwards in time; the direction is the one in which each balance is the
    one before it plus the amount. None when neither is so.
    """
    if not transactions or any(each.balance is None for each in transactions):
        return None, None
    for order in (list(transactions), list(reversed(transactions))):
        balances = [each.balance or Decimal(0) for each in order]
        opening = balances[0] - order[0].amount
        before = [opening, *balances[:-1]]
        held = zip(before, order, balances, strict=True)
        if all(was + each.amount == now for was, each, now in held) and _upwards(order):
            return opening, balances[-1]
    return None, None


def _upwards(order: Sequence[ParsedTransaction]) -> bool:
    return order[0].booked_on <= order[-1].booked_on
