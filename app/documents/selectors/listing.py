"""The list of documents, filtered."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db.models import Prefetch, QuerySet

from documents.models import Document, Rendition, RenditionKind
from documents.selectors.documents import visible_to

ORDERS = {"new": "-id", "old": "id", "title": "title"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; empty values do not filter."""

    words: str = ""
    document_type: int | None = None
    tag: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    order: str = "new"


def listed(user: User, wanted: Filter) -> QuerySet[Document]:
    """Return the documents of a list with all that it shows."""
    found = with_rows(visible_to(user))
    for word in wanted.words.split()[:8]:
        found = found.filter(title__icontains=word)
    if wanted.document_type is not None:
        found = found.filter(document_type=wanted.document_type)
    if wanted.tag:
        found = found.filter(pk__in=Document.objects.filter(tags__name__iexact=wanted.tag))
    if wanted.kind:
        found = found.filter(current_version__kind=wanted.kind)
    if wanted.since:
        found = found.filter(created_at__date__gte=wanted.since)
    if wanted.until:
        found = found.filter(created_at__date__lte=wanted.until)
    return found.order_by(ORDERS.get(wanted.order, "-id"), "-id")


def with_rows(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Return ``documents`` with what a row shows: two more queries, however many rows."""
    thumbnails = Rendition.objects.filter(kind=RenditionKind.THUMBNAIL)
    return documents.select_related(
        "owner", "document_type", "current_version__blob", "current_version__reading"
    ).prefetch_related(
        "tags",
        Prefetch("current_version__renditions", thumbnails, to_attr="thumbnails"),
    )
