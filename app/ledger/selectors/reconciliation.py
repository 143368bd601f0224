"""Whether a period's transactions agree with what the bank says, and what may be wrong if not."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from core.errors import NotFoundError
from django.contrib.auth.models import User
from django.db.models import Count, F, Q, QuerySet, Sum

from ledger.models import Account, Statement, Transaction
from ledger.selectors import accounts

MOST: Final = 20
"""Candidates that are shown."""
_NEAR: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A transaction that would explain the difference, and how."""

    transaction: Transaction
    reason: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The sums of a period. ``difference`` is what the transactions lack; 0 when all agrees."""

    statement: Statement
    opening: Decimal | None
    opening_from: str
    """Where the opening balance is from, when the statement itself has none."""
    total: Decimal
    count: int
    others: int
    """Transactions of other currencies, which the balances do not hold."""
    difference: Decimal | None
    gap: Decimal | None
    """What lies between the balance the previous statement closed with and this opening."""
    candidates: tuple[Candidate, ...] = ()

    @property
    def expected(self) -> Decimal | None:
        """What the account should hold at the end by its transactions."""
        return None if self.opening is None else self.opening + self.total


def statements_of(account: Account) -> QuerySet[Statement]:
    """Return the statements of an account, newest first."""
    return Statement.objects.filter(account=account).order_by("-ends_on", "-id")


def visible_statement(user: User, uid: uuid.UUID) -> Statement:
    """Return a statement of an account that ``user`` may read. Raises ``NotFoundError``."""
    found = (
        Statement.objects.filter(uid=uid, account__in=accounts.visible_to(user).order_by())
        .select_related("account__owner")
        .first()
    )
    if found is None:
        raise NotFoundError("There is no such statement, or it is not yours to see.")
    return found


def in_period(statement: Statement) -> QuerySet[Transaction]:
    """Return what counts in a period."""
    return Transaction.objects.filter(
        account=statement.account,
        booked_on__gte=statement.starts_on,
        booked_on__lte=statement.ends_on,
        voided_at__isnull=True,
    )


def reconciliation_of(statement: Statement) -> Reconciliation:
    """Compare a period's transactions with its balances."""
    currency = statement.account.currency
    own, other = Q(currency=currency), ~Q(currency=currency)
    sums = in_period(statement).aggregate(
        total=Sum("amount", filter=own),
        count=Count("id", filter=own),
        others=Count("id", filter=other),
    )
    total = sums["total"] or Decimal(0)
    before = _before(statement)
    opening, opening_from = statement.opening, ""
    if opening is None and before is not None:
        opening = before.closing
        opening_from = f"the closing balance of {before}"
    difference = None
    if opening is not None and statement.closing is not None:
        difference = statement.closing - opening - total
    gap = None
    if statement.opening is not None and before is not None and before.closing is not None:
        gap = statement.opening - before.closing
    return Reconciliation(
        statement=statement,
        opening=opening,
        opening_from=opening_from,
        total=total,
        count=sums["count"],
        others=sums["others"],
        difference=difference,
        gap=gap,
        candidates=_candidates(statement, difference) if difference else (),
    )


def _before(statement: Statement) -> Statement | None:
    """Return the statement that ended right before this one: what it closed with is the opening."""
    earlier = Statement.objects.filter(
        account=statement.account,
        ends_on=statement.starts_on - timedelta(days=1),
        closing__isnull=False,
    )
    return earlier.order_by("-starts_on").first()


def _candidates(statement: Statement, difference: Decimal) -> tuple[Candidate, ...]:
    """Return single transactions that explain all of the difference, the likeliest first."""
    own = in_period(statement).filter(currency=statement.account.currency)
    extra = list(own.filter(amount=-difference).order_by("booked_on", "id")[: 5 * MOST])
    times = Counter((each.booked_on, each.payee.casefold()) for each in extra)
    twice = [e for e in extra if times[e.booked_on, e.payee.casefold()] > 1]
    found = [Candidate(each, "is there twice on that day") for each in twice]
    found += [
        Candidate(e, "may be a duplicate or of another period") for e in extra if e not in twice
    ]
    turned = own.filter(amount=-difference / 2).order_by("booked_on", "id")[:MOST]
    found += [Candidate(each, "may have the wrong sign") for each in turned]
    around = Transaction.objects.filter(
        account=statement.account,
        amount=difference,
        currency=statement.account.currency,
        booked_on__gte=statement.starts_on - _NEAR,
        booked_on__lte=statement.ends_on + _NEAR,
    ).order_by(F("voided_at").desc(nulls_last=True), "booked_on")
    for each in around[:MOST]:
        inside = statement.starts_on <= each.booked_on <= statement.ends_on
        if each.is_void and inside:
            found.append(Candidate(each, "is voided and would make it agree"))
        elif not inside and not each.is_void:
            found.append(Candidate(each, "is booked just outside of the period"))
    return tuple(found[:MOST])
