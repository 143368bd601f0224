"""Which rule fits a transaction, and why; rules are given in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.models import Rule


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at; texts without case."""

    account_id: int
    payee: str
    text: str
    amount: Decimal


def facts_of(account_id: int, payee: str, description: str, amount: Decimal) -> Facts:
    """Return what rules look at."""
    return Facts(account_id, payee.casefold(), description.casefold(), amount)


def fits(rule: Rule, facts: Facts) -> bool:
    """Tell whether all conditions of a rule are met; a rule without conditions fits nothing."""
    if rule.payee_contains and rule.payee_contains.casefold() not in facts.payee:
        return False
    if rule.text_contains and rule.text_contains.casefold() not in facts.text:
        return False
    if rule.account_id is not None and rule.account_id != facts.account_id:
        return False
    if rule.amount_from is not None and facts.amount < rule.amount_from:
        return False
    if rule.amount_to is not None and facts.amount > rule.amount_to:
        return False
    return any((rule.payee_contains, rule.text_contains)) or any(
        condition is not None for condition in (rule.account_id, rule.amount_from, rule.amount_to)
    )


def first_fit(rules: Sequence[Rule], facts: Facts) -> Rule | None:
    """Return the first rule that fits."""
    return next((rule for rule in rules if fits(rule, facts)), None)
