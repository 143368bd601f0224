"""Changes of categories and rules, and applying the rules."""

from decimal import Decimal
from typing import Final

from core.errors import InvalidInputError, PermissionDeniedError
from core.services import audit
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from ledger.indexing import reindex, renamed
from ledger.matching import facts_of, first_fit
from ledger.models import Account, Category, Rule, Transaction

_AT_ONCE: Final = 2000
_FIELDS: Final = (
    "order", "category", "account", "payee_contains", "text_contains", "amount_from", "amount_to",
)  # fmt: skip


def save_category(*, actor: User, category: Category | None, name: str) -> Category:
    """Add a category or give one another name.

    Raises ``InvalidInputError`` for an empty name and for one that there is.
    """
    name = " ".join(name.split())
    with transaction.atomic():
        changed = category or Category(owner=actor)
        _check_own(actor, changed)
        same = Category.objects.filter(owner=actor, name__iexact=name).exclude(pk=changed.pk)
        if not name or same.exists():
            wrong = "Give a name that none of your other categories has."
            raise InvalidInputError(wrong, fields={"name": wrong})
        before = {"name": changed.name} if changed.pk else {}
        changed.name = name
        changed.save()
        verb = "renamed" if before else "created"
        audit.record(actor=actor, verb=verb, target=changed, before=before, after={"name": name})
        if before:
            renamed(changed)
    return changed


def delete_category(*, actor: User, category: Category) -> None:
    """Remove a category and its rules; its transactions have none then."""
    with transaction.atomic():
        _check_own(actor, category)
        audit.record(actor=actor, verb="deleted", target=category, before={"name": category.name})
        renamed(category)
        category.delete()


def save_rule(
    *,
    actor: User,
    rule: Rule | None,
    category: Category,
    order: int = 100,
    account: Account | None = None,
    payee_contains: str = "",
    text_contains: str = "",
    amount_from: Decimal | None = None,
    amount_to: Decimal | None = None,
) -> Rule:
    """Add a rule or change one. Raises ``InvalidInputError`` for one without conditions."""
    given = (payee_contains.strip(), text_contains.strip(), account)
    if not any(given) and amount_from is None and amount_to is None:
        raise InvalidInputError("Give at least one condition.")
    if amount_from is not None and amount_to is not None and amount_from > amount_to:
        wrong = "This is less than “amount from”; money that leaves is negative."
        raise InvalidInputError(wrong, fields={"amount_to": wrong})
    if category.owner_id != actor.pk:
        raise InvalidInputError("There is no such category.")
    with transaction.atomic():
        changed = rule or Rule(owner=actor)
        _check_own(actor, changed)
        before = audit.snapshot(changed, *_FIELDS) if changed.pk else {}
        changed.category, changed.order, changed.account = category, order, account
        changed.payee_contains, changed.text_contains = given[0], given[1]
        changed.amount_from, changed.amount_to = amount_from, amount_to
        changed.save()
        after = audit.snapshot(changed, *_FIELDS)
        verb = "changed" if before else "created"
        audit.record(actor=actor, verb=verb, target=changed, before=before, after=after)
    return changed


def delete_rule(*, actor: User, rule: Rule) -> None:
    """Remove a rule; the categories it gave stay."""
    with transaction.atomic():
        _check_own(actor, rule)
        before = audit.snapshot(rule, *_FIELDS)
        audit.record(actor=actor, verb="deleted", target=rule, before=before)
        rule.delete()


def apply_rules(*, actor: User) -> int:
    """Ask the rules anew about all of a person's transactions; return how many changed.

    A category that a person gave is never touched.
    """
    changed = 0
    with transaction.atomic():
        rules = list(Rule.objects.filter(owner=actor).order_by("order", "id"))
        rows = Transaction.objects.filter(
            Q(category__isnull=True) | Q(rule__isnull=False), account__owner=actor
        )
        waiting: list[Transaction] = []
        for row in rows.order_by("pk").iterator(_AT_ONCE):
            facts = facts_of(row.account_id, row.payee, row.description, row.amount)
            rule = first_fit(rules, facts)
            category_id = rule.category_id if rule else None
            if (row.rule_id, row.category_id) == (rule.pk if rule else None, category_id):
                continue
            row.rule, row.category_id = rule, category_id
            waiting.append(row)
        for start in range(0, len(waiting), _AT_ONCE):
            batch = waiting[start : start + _AT_ONCE]
            changed += Transaction.objects.bulk_update(batch, ["rule", "category"])
            reindex(batch)
        audit.record(
            actor=actor, verb="applied", after={"rules": len(rules), "transactions": changed}
        )
    return changed


def _check_own(actor: User, thing: Category | Rule) -> None:
    if thing.owner_id != actor.pk:
        raise PermissionDeniedError
