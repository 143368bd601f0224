"""Who wants to know, inside the transaction, that transactions changed.

The search registers itself here, so that the ledger need not know it::

    hooks.register("search", write_entries)
    hooks.register_names("search", renamed)
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.models import Account, Category, Transaction

Listener = Callable[["Sequence[Transaction]"], None]
"""Gets transactions that are new, corrected, voided, restored or of another category.

It runs in the transaction of the change: what it raises undoes the change. An import tells of its
transactions in batches of 2,000.
"""

NameListener = Callable[["Account | Category"], None]
"""Gets an account or a category that has another name, or a category that is about to go.

It runs in the transaction of the change, and leaves what it does with the transactions, which can
be very many, to a job. Who reads an account is not told: it is asked of the account.
"""

_listeners: dict[str, Listener] = {}
_name_listeners: dict[str, NameListener] = {}


def register(name: str, listener: Listener) -> None:
    """Add a listener; one of the same name is replaced."""
    _listeners[name] = listener


def register_names(name: str, listener: NameListener) -> None:
    """Add a listener for names; one of the same name is replaced."""
    _name_listeners[name] = listener


def listeners() -> tuple[Listener, ...]:
    """Return all listeners."""
    return tuple(_listeners.values())


def name_listeners() -> tuple[NameListener, ...]:
    """Return all listeners for names."""
    return tuple(_name_listeners.values())
