"""Changes of statements: typed in, reconciled, reopened."""

from datetime import date
from decimal import Decimal

from core.errors import ConflictError, InvalidInputError
from core.services import audit
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ledger.models import Account, Statement
from ledger.money import exact, shown
from ledger.selectors.accounts import check_owner
from ledger.selectors.reconciliation import reconciliation_of

_FIELDS = ("starts_on", "ends_on", "opening", "closing")


def save_statement(
    *,
    actor: User,
    account: Account,
    statement: Statement | None,
    starts_on: date,
    ends_on: date,
    opening: Decimal | None,
    closing: Decimal | None,
) -> Statement:
    """Add a period with its balances, or correct one.

    Raises ``InvalidInputError`` for a period that ends before it starts or is there already, and
    ``ConflictError`` for one that is reconciled.
    """
    if ends_on < starts_on:
        wrong = "The last day is before the first."
        raise InvalidInputError(wrong, fields={"ends_on": wrong})
    with transaction.atomic():
        _lock(actor, account)
        same = Statement.objects.filter(account=account, starts_on=starts_on, ends_on=ends_on)
        if same.exclude(pk=statement.pk if statement else 0).exists():
            wrong = "There is a statement of exactly this period."
            raise InvalidInputError(wrong, fields={"starts_on": wrong})
        changed = statement or Statement(account=account)
        if changed.reconciled_at is not None:
            raise ConflictError("This period is reconciled. Reopen it first.")
        before = audit.snapshot(changed, *_FIELDS) if changed.pk else {}
        changed.starts_on, changed.ends_on = starts_on, ends_on
        changed.opening = None if opening is None else exact(opening, account.currency)
        changed.closing = None if closing is None else exact(closing, account.currency)
        changed.save()
        after = audit.snapshot(changed, *_FIELDS)
        verb = "changed" if before else "created"
        audit.record(actor=actor, verb=verb, target=changed, before=before, after=after)
    return changed


def reconcile(*, actor: User, statement: Statement) -> Statement:
    """Note that a period agrees with its balances; only then is it so.

    Raises ``ConflictError`` with the difference when it does not, or a balance is missing.
    """
    with transaction.atomic():
        _lock(actor, statement.account)
        locked = Statement.objects.select_related("account").get(pk=statement.pk)
        found = reconciliation_of(locked)
        if found.difference is None:
            raise ConflictError("A balance is missing. Enter it from the bank's statement.")
        if found.difference:
            lacks = shown(found.difference, locked.account.currency)
            raise ConflictError(f"The transactions differ from the balances by {lacks}.")
        if locked.reconciled_at is None:
            locked.reconciled_at = timezone.now()
            locked.save(update_fields=["reconciled_at", "updated_at"])
            after = {"sum": found.total, "count": found.count}
            audit.record(actor=actor, verb="reconciled", target=locked, after=after)
    return locked


def reopen(*, actor: User, statement: Statement) -> Statement:
    """Take back that a period agrees, so that its transactions can be corrected."""
    with transaction.atomic():
        _lock(actor, statement.account)
        locked = Statement.objects.select_related("account").get(pk=statement.pk)
        if locked.reconciled_at is not None:
            locked.reconciled_at = None
            locked.save(update_fields=["reconciled_at", "updated_at"])
            audit.record(actor=actor, verb="reopened", target=locked)
    return locked


def _lock(actor: User, account: Account) -> None:
    """Hold the account, as imports and corrections of its transactions do."""
    check_owner(actor, Account.objects.select_for_update(no_key=True).get(pk=account.pk))
