"""Which files are there, lost or nobody's."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from documents.models import Blob, BlobState, Rendition, Version


def of_prefixes(prefixes: list[str]) -> QuerySet[Blob]:
    """Return the blobs whose sums begin with one of ``prefixes``, two digits each."""
    found = Blob.objects.none()
    for prefix in prefixes:
        found = found | Blob.objects.filter(sha256__startswith=prefix)
    return found.order_by("sha256")


def lost() -> QuerySet[Blob]:
    """Return the blobs whose file is missing or damaged."""
    return Blob.objects.exclude(state=BlobState.WHOLE).order_by("sha256")


def unused(before: datetime) -> QuerySet[Blob]:
    """Return blobs that nothing refers to, made before then."""
    return Blob.objects.filter(
        ~Exists(Version.objects.filter(blob=OuterRef("pk"))),
        ~Exists(Rendition.objects.filter(blob=OuterRef("pk"))),
        created_at__lt=before,
    )
