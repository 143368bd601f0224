"""Changes of transactions. What the bank said is never lost: a correction keeps it."""

import uuid
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from core.errors import ConflictError, InvalidInputError
from core.services import audit
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ledger.indexing import reindex
from ledger.models import Account, Category, Statement, Transaction, TransactionStatus
from ledger.money import exact
from ledger.selectors.accounts import check_owner
from ledger.selectors.transactions import owned

MOST: Final = 1000
"""Transactions of one bulk action."""
_CORRECTED: Final = ("booked_on", "amount", "payee", "description")


def categorise(*, actor: User, uids: Sequence[uuid.UUID], category: Category | None) -> int:
    """Give transactions a category, or none; return how many were changed.

    Those that are not the person's own are left alone. Raises ``InvalidInputError`` for somebody
    else's category and for more than a thousand.
    """
    if category is not None and category.owner_id != actor.pk:
        raise InvalidInputError("There is no such category.")

    def change(row: Transaction) -> None:
        row.category, row.rule = category, None

    return _each(actor, uids, "categorised", ("category", "rule"), change)


def review(*, actor: User, uids: Sequence[uuid.UUID], reviewed: bool = True) -> int:
    """Note that a person has looked at transactions, or has to again; return how many changed."""
    status = TransactionStatus.REVIEWED if reviewed else TransactionStatus.NEW

    def change(row: Transaction) -> None:
        row.status = status

    return _each(actor, uids, "reviewed" if reviewed else "unreviewed", ("status",), change)


def correct(
    *,
    actor: User,
    row: Transaction,
    booked_on: date,
    amount: Decimal,
    payee: str,
    description: str,
    note: str,
) -> Transaction:
    """Correct a transaction; what was imported is kept beside it and shown.

    Raises ``ConflictError`` when day or amount are of a period that is reconciled, and
    ``InvalidInputError`` for an amount with more digits than the currency has.
    """
    with transaction.atomic():
        locked = _locked(actor, row)
        names = (*_CORRECTED, "note")
        before = audit.snapshot(locked, *names)
        amount = exact(amount, locked.currency)
        if (locked.amount, locked.booked_on) != (amount, booked_on):
            _check_open(locked.account, locked.booked_on, booked_on)
        said = {name: getattr(locked, name) for name in _CORRECTED}
        locked.booked_on, locked.amount = booked_on, amount
        locked.payee, locked.description = payee.strip()[:255], description.strip()
        locked.note = note.strip()
        changed = any(getattr(locked, name) != value for name, value in said.items())
        if changed and locked.imported is None:
            locked.imported = {name: str(value) for name, value in said.items()}
        locked.save()
        old, new = audit.changes(before, audit.snapshot(locked, *names))
        if new:
            audit.record(actor=actor, verb="corrected", target=locked, before=old, after=new)
            reindex([locked])
    return locked


def void(*, actor: User, row: Transaction) -> Transaction:
    """Let a transaction count no more; the row stays, and an import does not bring it again.

    Raises ``ConflictError`` when it is of a period that is reconciled.
    """
    return _set_void(actor, row, void=True)


def restore(*, actor: User, row: Transaction) -> Transaction:
    """Let a voided transaction count again. Raises ``ConflictError`` like ``void``."""
    return _set_void(actor, row, void=False)


def _set_void(actor: User, row: Transaction, *, void: bool) -> Transaction:
    with transaction.atomic():
        locked = _locked(actor, row)
        if locked.is_void == void:
            return locked
        _check_open(locked.account, locked.booked_on)
        locked.voided_at = timezone.now() if void else None
        locked.save(update_fields=["voided_at", "updated_at"])
        audit.record(actor=actor, verb="voided" if void else "restored", target=locked)
        reindex([locked])
    return locked


def _locked(actor: User, row: Transaction) -> Transaction:
    locked = (
        Transaction.objects.select_for_update(of=("self",)).select_related("account").get(pk=row.pk)
    )
    check_owner(actor, locked.account)
    return locked


def _check_open(account: Account, *days: date) -> None:
    # Whoever reconciles holds the account too: neither acts on what the other is changing.
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    for day in days:
        closed = Statement.objects.filter(
            account=account, reconciled_at__isnull=False, starts_on__lte=day, ends_on__gte=day
        ).first()
        if closed is not None:
            raise ConflictError(f"The period {closed} is reconciled. Reopen it first.")


def _each(
    actor: User,
    uids: Sequence[uuid.UUID],
    verb: str,
    names: tuple[str, ...],
    change: Callable[[Transaction], None],
) -> int:
    if len(uids) > MOST:
        raise InvalidInputError(f"Choose at most {MOST} transactions at once.")
    changed: list[Transaction] = []
    with transaction.atomic():
        for row in owned(actor, uids).select_for_update(of=("self",)).order_by("pk"):
            before = audit.snapshot(row, *names)
            change(row)
            after = audit.snapshot(row, *names)
            if before == after:
                continue
            row.save(update_fields=[*names, "updated_at"])
            audit.record(actor=actor, verb=verb, target=row, before=before, after=after)
            changed.append(row)
        reindex(changed)
    return len(changed)
