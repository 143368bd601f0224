"""Who wants to know, inside the transaction, that documents changed.

The search registers itself here, so that documents need not know it::

    hooks.listeners.register("search", write_entries)
    hooks.name_listeners.register("search", renamed)
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.listeners import Listeners

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

listeners: Listeners[Listener] = Listeners()
name_listeners: Listeners[NameListener] = Listeners()
