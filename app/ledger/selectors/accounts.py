"""Which accounts there are, for whom."""

import uuid
from decimal import Decimal

from core.errors import NotFoundError, PermissionDeniedError
from django.contrib.auth.models import User
from django.db.models import Count, DecimalField, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from profiles.selectors.principals import principals

from ledger.models import Account, Statement, Transaction, TransactionStatus


def visible_to(user: User) -> QuerySet[Account]:
    """Return the accounts that ``user`` may read."""
    accounts = Account.objects.all()
    if user.is_superuser:
        return accounts
    return accounts.filter(readers__overlap=principals(user))


def visible_account(user: User, uid: uuid.UUID) -> Account:
    """Return one of them. Raises ``NotFoundError``."""
    account = visible_to(user).filter(uid=uid).select_related("owner").first()
    if account is None:
        raise NotFoundError("There is no such account, or it is not yours to see.")
    return account


def owned_by(user: User) -> QuerySet[Account]:
    """Return the accounts that ``user`` may change; an administrator reads, and changes nothing."""
    return Account.objects.filter(owner_id=user.pk)


def check_owner(user: User, account: Account) -> None:
    """Raise ``PermissionDeniedError`` unless ``user`` owns the account."""
    if account.owner_id != user.pk:
        raise PermissionDeniedError("Only the owner of the account may do this.")


def overview(user: User) -> QuerySet[Account]:
    """Return the visible accounts with ``held``, ``count``, ``new`` and ``last_on``, in one query.

    ``held`` is the closing balance of the newest statement and what was booked after it; without
    a statement the sum of all transactions.
    """
    money: DecimalField[Decimal, Decimal] = DecimalField(max_digits=18, decimal_places=4)
    closed = Statement.objects.filter(account=OuterRef("pk"), closing__isnull=False)
    newest = closed.order_by("-ends_on")
    counted = Q(transactions__voided_at__isnull=True, transactions__currency=F("currency")) & (
        Q(closed_on__isnull=True) | Q(transactions__booked_on__gt=F("closed_on"))
    )
    live = Q(transactions__voided_at__isnull=True)
    return (
        visible_to(user)
        .select_related("owner")
        .annotate(
            closed_on=Subquery(newest.values("ends_on")[:1]),
            closed_at=Coalesce(Subquery(newest.values("closing")[:1]), 0, output_field=money),
        )
        .annotate(
            held=F("closed_at")
            + Coalesce(Sum("transactions__amount", filter=counted), 0, output_field=money),
            count=Count("transactions", filter=live),
            new=Count("transactions", filter=live & Q(transactions__status=TransactionStatus.NEW)),
            last_on=Max("transactions__booked_on", filter=live),
        )
        .order_by("name", "pk")
    )


def number_of(account: Account) -> int:
    """Return how many transactions an account has, voided ones too."""
    return Transaction.objects.filter(account=account).count()
