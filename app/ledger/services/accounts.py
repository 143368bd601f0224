"""Changes of accounts."""

from collections.abc import Sequence
from typing import Any

from core.errors import InvalidInputError
from core.services import audit
from django.contrib.auth.models import Group, User
from django.db import transaction
from profiles.selectors.principals import readable_by

from ledger.indexing import renamed
from ledger.models import Account
from ledger.money import is_code
from ledger.selectors.accounts import check_owner, number_of

_FIELDS = ("name", "bank", "number", "currency")


def save_account(
    *,
    actor: User,
    account: Account | None,
    name: str,
    currency: str,
    bank: str = "",
    number: str = "",
    groups: Sequence[Group] = (),
) -> Account:
    """Add an account, or change one. The members of ``groups`` may read it.

    Raises ``InvalidInputError`` for a name or number that another account of the person has, a
    currency that is none, and for a change of currency once there are transactions.
    """
    if not is_code(currency):
        wrong = "Give the three letters of a currency, such as EUR."
        raise InvalidInputError(wrong, fields={"currency": wrong})
    with transaction.atomic():
        changed = _locked(actor, account)
        before = _said(changed) if changed.pk else {}
        if changed.pk and changed.currency != currency and number_of(changed):
            wrong = "The account has transactions; their currency stays."
            raise InvalidInputError(wrong, fields={"currency": wrong})
        changed.name, changed.bank = name.strip(), bank.strip()
        changed.number, changed.currency = number.strip(), currency
        changed.readers = readable_by(users=[changed.owner], groups=list(groups))
        _check_unique(changed)
        changed.save()
        after = _said(changed)
        verb = "changed" if before else "created"
        audit.record(actor=actor, verb=verb, target=changed, before=before, after=after)
        if any(before.get(name) != after[name] for name in ("name", "bank", "number") if before):
            renamed(changed)
    return changed


def _said(account: Account) -> dict[str, Any]:
    return {**audit.snapshot(account, *_FIELDS), "readers": list(account.readers)}


def _locked(actor: User, account: Account | None) -> Account:
    if account is None:
        return Account(owner=actor)
    locked = Account.objects.select_for_update().get(pk=account.pk)
    check_owner(actor, locked)
    return locked


def _check_unique(account: Account) -> None:
    others = Account.objects.filter(owner_id=account.owner_id).exclude(pk=account.pk)
    if not account.name or others.filter(name=account.name).exists():
        wrong = "Give a name that none of your other accounts has."
        raise InvalidInputError(wrong, fields={"name": wrong})
    same = others.filter(number=account.number, currency=account.currency)
    if account.number and same.exists():
        wrong = "Another account of yours has this number and currency."
        raise InvalidInputError(wrong, fields={"number": wrong})
