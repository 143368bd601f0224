"""The trash: in, out, and away."""

from datetime import timedelta
from typing import Final

from core.errors import ConflictError
from core.services import audit
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from documents.indexing import reindex
from documents.models import Document
from documents.services.rights import changeable, locked_for_change

TRASH_DAYS: Final = 30
BATCH: Final = 500


def trash(*, actor: User, document: Document) -> Document:
    """Move a document to the trash; its readers see it no more, its owner can restore it."""
    with transaction.atomic():
        locked = changeable(actor, document)
        locked.trashed_at = timezone.now()
        locked.save(update_fields=["trashed_at", "updated_at"])
        audit.record(actor=actor, verb="trashed", target=locked)
        reindex(locked)
        return locked


def restore(*, actor: User, document: Document) -> Document:
    """Take a document out of the trash, as it was. Raises ``ConflictError`` when it is not in."""
    with transaction.atomic():
        locked = locked_for_change(actor, document)
        if locked.trashed_at is None:
            raise ConflictError("The document is not in the trash.", code="not_in_trash")
        locked.trashed_at = None
        locked.save(update_fields=["trashed_at", "updated_at"])
        audit.record(actor=actor, verb="restored", target=locked)
        reindex(locked)
        return locked


def purge(*, actor: User | None, document: Document) -> None:
    """Remove a document with all versions, for good; files that nothing needs are swept later.

    Raises ``ConflictError``: ``not_in_trash``, or ``retained`` while it has to be kept.
    """
    with transaction.atomic():
        locked = locked_for_change(actor, document)
        if locked.trashed_at is None:
            raise ConflictError("Only what is in the trash is purged.", code="not_in_trash")
        if locked.retain_until and locked.retain_until > timezone.localdate():
            raise ConflictError(
                f"The document has to be kept until {locked.retain_until}.", code="retained"
            )
        sums = locked.versions.values_list("blob__sha256", flat=True)
        audit.record(actor=actor, verb="purged", target=locked, before={"sha256": list(sums)})
        locked.delete()


def purge_expired() -> int:
    """Purge what was long enough in the trash and need not be kept; return how many."""
    now = timezone.now()
    waiting = Document.objects.filter(trashed_at__isnull=False).select_related("document_type")
    waiting = waiting.exclude(retain_until__gt=timezone.localdate()).order_by("trashed_at")
    purged = 0
    for document in waiting[:BATCH]:
        days = document.document_type.trash_days if document.document_type else TRASH_DAYS
        if document.trashed_at and document.trashed_at + timedelta(days=days) <= now:
            purge(actor=None, document=document)
            purged += 1
    return purged
