"""Who wants to know, inside the transaction, that transactions changed.

The search registers itself here, so that the ledger need not know it::

    hooks.listeners.register("search", write_entries)
    hooks.name_listeners.register("search", renamed)
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.listeners import Listeners

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

listeners: Listeners[Listener] = Listeners()
name_listeners: Listeners[NameListener] = Listeners()
