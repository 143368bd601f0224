"""Tells listeners, above all the search, of changed documents, in the same transaction."""

from documents import hooks
from documents.models import Document, DocumentType


def reindex(*documents: Document) -> None:
    """Tell every listener; called by services inside ``transaction.atomic()``."""
    for listener in hooks.listeners:
        listener(documents)


def renamed(document_type: DocumentType) -> None:
    """Tell every listener of a type's new name; called inside ``transaction.atomic()``."""
    for listener in hooks.name_listeners:
        listener(document_type)
