"""Which documents a person may see, and which change."""

import uuid
from collections.abc import Iterable

from core.errors import NotFoundError
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from profiles.selectors.principals import principals

from documents.models import Document, Tag, Version

GONE = "There is no such document, or it is not yours to see."


def visible_to(user: User) -> QuerySet[Document]:
    """Return the documents that ``user`` may read, without those in the trash."""
    documents = Document.objects.filter(trashed_at__isnull=True)
    return documents if user.is_superuser else documents.filter(readers__overlap=principals(user))


def trash_of(user: User) -> QuerySet[Document]:
    """Return what ``user`` may take out of the trash: their own; administrators see all."""
    documents = Document.objects.filter(trashed_at__isnull=False)
    return documents if user.is_superuser else documents.filter(owner_id=user.pk)


def anywhere(user: User) -> QuerySet[Document]:
    """Return what ``user`` may see, in the trash or not.

    One condition of the row, no subquery: finding one document must not cost more with many.
    """
    if user.is_superuser:
        return Document.objects.all()
    readable = Q(trashed_at__isnull=True, readers__overlap=principals(user))
    return Document.objects.filter(readable | Q(trashed_at__isnull=False, owner_id=user.pk))


def may_change(user: User, document: Document) -> bool:
    """Tell whether ``user`` may change a document that they see: its owner, administrators."""
    return user.is_superuser or document.owner_id == user.pk


def find_visible(user: User, uid: uuid.UUID) -> Document:
    """Return one with what its page shows, also from the trash. Raises ``NotFoundError``."""
    documents = anywhere(user).select_related(
        "owner",
        "document_type",
        "current_version__blob",
        "current_version__reading",
        "current_version__created_by",
    )
    document = documents.filter(uid=uid).first()
    if document is None:
        raise NotFoundError(GONE)
    return document


def find_many(user: User, uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Document]:
    """Return those of ``uids`` that ``user`` may see, also from the trash."""
    return {document.uid: document for document in anywhere(user).filter(uid__in=list(uids))}


def twin_of(user: User, sha256: str) -> Document | None:
    """Return a document with a version of the same content that ``user`` may see.

    One that they may not see does not count: that it exists is not theirs to know.
    """
    versions = Version.objects.filter(blob__sha256=sha256).values("document")
    return anywhere(user).filter(pk__in=versions).order_by("id").first()


def tags_of(user: User) -> QuerySet[Tag]:
    """Return the words that ``user`` has put on documents."""
    return Tag.objects.filter(owner_id=user.pk).order_by("name")
