"""Which rule fits a transaction, and why; rules are given in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.models import Rule


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at."""

    account_id: int
    payee: str
    text: str
    amount: Decimal


def fits(rule: Rule, facts: Facts) -> bool:
    """Tell whether all conditions of a rule are met; a rule without conditions fits nothing."""
    has_conditions = (
        rule.payee_contains
        or rule.text_contains
        or rule.amount_from is not None
        or rule.amount_to is not None
        or rule.account_id is not None
    )
    return bool(
        has_conditions
        and rule.payee_contains.casefold() in facts.payee.casefold()
        and rule.text_contains.casefold() in facts.text.casefold()
        and (rule.account_id is None or rule.account_id == facts.account_id)
        and (rule.amount_from is None or facts.amount >= rule.amount_from)
        and (rule.amount_to is None or facts.amount <= rule.amount_to)
    )


def first_fit(rules: Sequence[Rule], facts: Facts) -> Rule | None:
    """Return the first rule that fits."""
    return next((rule for rule in rules if fits(rule, facts)), None)
