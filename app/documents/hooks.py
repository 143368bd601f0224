"""Who wants to know, inside the transaction, that documents changed.

The search registers itself here, so that documents need not know it::

    hooks.register("search", write_entries)
    hooks.register_names("search", renamed)
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from documents.models import Document, DocumentType

Listener = Callable[["Sequence[Document]"], None]
"""Gets the documents whose title, text, tags, type, metadata, readers or trash state changed.

It runs in the transaction of the change: what it raises undoes the change. Documents that are
purged are not told of: their rows, and what refers to them, are removed by cascade.
"""

NameListener = Callable[["DocumentType"], None]
"""Gets a type that has another name. It runs in the transaction of the change, and leaves what it
does with the type's documents, which can be very many, to a job."""

_listeners: dict[str, Listener] = {}
_name_listeners: dict[str, NameListener] = {}


def register(name: str, listener: Listener) -> None:
    """Add a listener; one of the same name is replaced."""
    _listeners[name] = listener


def register_names(name: str, listener: NameListener) -> None:
    """Add a listener for names of types; one of the same name is replaced."""
    _name_listeners[name] = listener


def listeners() -> tuple[Listener, ...]:
    """Return all listeners."""
    return tuple(_listeners.values())


def name_listeners() -> tuple[NameListener, ...]:
    """Return all listeners for names of types."""
    return tuple(_name_listeners.values())
