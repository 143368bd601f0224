"""Who wants to know, inside the transaction, that documents changed.

The search registers itself here, so that documents need not know it::

    hooks.register("search", write_entries)
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from documents.models import Document

Listener = Callable[["Sequence[Document]"], None]
"""Gets the documents whose title, text, tags, type, metadata, readers or trash state changed.

It runs in the transaction of the change: what it raises undoes the change. Documents that are
purged are not told of: their rows, and what refers to them, are removed by cascade.
"""

_listeners: dict[str, Listener] = {}


def register(name: str, listener: Listener) -> None:
    """Add a listener; one of the same name is replaced."""
    _listeners[name] = listener


def listeners() -> tuple[Listener, ...]:
    """Return all listeners."""
    return tuple(_listeners.values())
