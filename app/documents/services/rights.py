"""Who may change what; every service asks again, whatever a page has asked before."""

from core.errors import ConflictError, NotFoundError, PermissionDeniedError
from django.contrib.auth.models import User
from django.db import transaction

from documents.models import Document
from documents.selectors.documents import GONE, anywhere, may_change


def locked_for_change(actor: User | None, document: Document) -> Document:
    """Lock a document's row and return it fresh; ``actor`` None is LedgerFlow itself.

    Raises ``NotFoundError`` when ``actor`` may not see it, ``PermissionDeniedError`` when they may
    only read it.
    """
    locked = Document.objects.select_for_update().filter(pk=document.pk).first()
    if locked is None:
        raise NotFoundError(GONE)
    if actor is None or may_change(actor, locked):
        return locked
    if anywhere(actor).filter(pk=locked.pk).exists():
        raise PermissionDeniedError("Only its owner changes a document.")
    raise NotFoundError(GONE)


def outside_trash(document: Document) -> Document:
    """Return the document. Raises ``ConflictError`` when it is in the trash."""
    if document.trashed_at is not None:
        raise ConflictError("The document is in the trash. Restore it first.", code="in_trash")
    return document


def changeable(actor: User | None, document: Document) -> Document:
    """Return the locked row of a document outside the trash that ``actor`` may change."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("services lock rows inside transaction.atomic() only")
    return outside_trash(locked_for_change(actor, document))
