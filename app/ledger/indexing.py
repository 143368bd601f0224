"""Tells listeners, above all the search, of changed transactions, in the same transaction."""

from collections.abc import Sequence

from ledger import hooks
from ledger.models import Account, Category, Transaction


def reindex(transactions: Sequence[Transaction]) -> None:
    """Tell every listener; called by services inside ``transaction.atomic()``."""
    if transactions:
        for listener in hooks.listeners:
            listener(transactions)


def renamed(thing: Account | Category) -> None:
    """Tell every listener of another name; called inside ``transaction.atomic()``."""
    for listener in hooks.name_listeners:
        listener(thing)
