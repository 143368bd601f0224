"""Which transactions there are, for whom."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from core.errors import NotFoundError
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from ledger.fingerprints import Key
from ledger.models import Account, Import, Transaction
from ledger.selectors import accounts
from ledger.selectors.imports import line_of

UNCATEGORISED: Final = "none"
_AT_ONCE: Final = 5000
VOID: Final = "void"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person narrows a list by; all are optional."""

    account: uuid.UUID | None = None
    category: str = ""
    """A category's uid, or ``none``."""
    status: str = ""
    """``new``, ``reviewed`` or ``void``; without it voided ones are left out."""
    text: str = ""
    booked_from: date | None = None
    booked_to: date | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None


def visible_to(user: User) -> QuerySet[Transaction]:
    """Return the transactions of all accounts that ``user`` may read."""
    if user.is_superuser:
        return Transaction.objects.all()
    readable = accounts.visible_to(user).order_by().values("pk")
    return Transaction.objects.filter(account__in=readable)


def filtered(user: User, filters: Filters) -> QuerySet[Transaction]:
    """Return the visible transactions that the filters leave, newest first."""
    found = visible_to(user).select_related("account", "category", "rule")
    if filters.account:
        found = found.filter(account__uid=filters.account)
    if filters.category == UNCATEGORISED:
        found = found.filter(category__isnull=True)
    elif filters.category:
        found = found.filter(category__uid=filters.category)
    found = found.filter(voided_at__isnull=filters.status != VOID)
    if filters.status and filters.status != VOID:
        found = found.filter(status=filters.status)
    for word in filters.text.split()[:10]:
        found = found.filter(
            Q(payee__icontains=word)
            | Q(description__icontains=word)
            | Q(reference__icontains=word)
            | Q(note__icontains=word)
        )
    bounds = {
        "booked_on__gte": filters.booked_from,
        "booked_on__lte": filters.booked_to,
        "amount__gte": filters.amount_from,
        "amount__lte": filters.amount_to,
    }
    given = {name: value for name, value in bounds.items() if value is not None}
    return found.filter(**given).order_by("-booked_on", "-id")


def visible_transaction(user: User, uid: uuid.UUID) -> Transaction:
    """Return one of them. Raises ``NotFoundError``."""
    found = (
        visible_to(user)
        .filter(uid=uid)
        .select_related("account", "category", "rule__category", "rule__account", "origin")
        .defer("origin__content")
        .first()
    )
    if found is None:
        raise NotFoundError("There is no such transaction, or it is not yours to see.")
    return found


def from_document(user: User, version_uid: uuid.UUID) -> QuerySet[Transaction]:
    """Return the visible transactions that came from a version of a document, line by line.

    The one place that knows of the link; whether the version still exists is not asked.
    """
    found = visible_to(user).filter(source_uid=version_uid).select_related("account", "category")
    return found.order_by("source_line", "id")


def owned(user: User, uids: Iterable[uuid.UUID]) -> QuerySet[Transaction]:
    """Return those of the named transactions that ``user`` may change."""
    return Transaction.objects.filter(uid__in=list(uids), account__owner_id=user.pk)


def known_keys(account: Account, fingerprints: Sequence[str]) -> set[Key]:
    """Return which lines an account has already, voided and corrected ones too."""
    distinct = list(dict.fromkeys(fingerprints))
    known: set[Key] = set()
    for start in range(0, len(distinct), _AT_ONCE):
        asked = Transaction.objects.filter(
            account=account, fingerprint__in=distinct[start : start + _AT_ONCE]
        )
        known.update(asked.values_list("fingerprint", "occurrence"))
    return known


def alike(account: Account, day: date, until: date) -> QuerySet[Transaction]:
    """Return what an account has in a period, for lines that may be the same in other words."""
    return Transaction.objects.filter(
        account=account, voided_at__isnull=True, booked_on__gte=day, booked_on__lte=until
    ).order_by("booked_on", "id")


def source_text(transaction: Transaction) -> str:
    """Return the line of the file that a transaction comes from; empty when there is none."""
    if transaction.origin_id is None or transaction.source_line is None:
        return ""
    origin = Import.objects.get(pk=transaction.origin_id)
    return line_of(origin, transaction.source_line)
