"""Tells listeners, above all the search, of changed documents, in the same transaction."""

from documents import hooks
from documents.models import Document


def reindex(*documents: Document) -> None:
    """Tell every listener; called by services inside ``transaction.atomic()``."""
    for listener in hooks.listeners():
        listener(documents)
