"""Versions, their text and what was made of them, for those who may see the document."""

import uuid

from core.errors import NotFoundError
from django.contrib.auth.models import User
from django.db.models import QuerySet

from documents.models import Document, Rendition, RenditionKind, Version, VersionText
from documents.selectors.documents import GONE, anywhere

CONVERTED = (
    RenditionKind.HTML,
    RenditionKind.PDF,
    RenditionKind.PNG,
    RenditionKind.TEXT,
    RenditionKind.XLSX,
)


def find_version(user: User, uid: uuid.UUID) -> Version:
    """Return a version. Raises ``NotFoundError``."""
    versions = Version.objects.select_related("blob", "document", "reading")
    version = versions.filter(uid=uid, document__in=anywhere(user)).first()
    if version is None:
        raise NotFoundError(GONE)
    return version


def visible_version(user: User, uid: uuid.UUID) -> Version | None:
    """Return a version with its document; None when it is gone, or not for ``user`` to see."""
    versions = Version.objects.select_related("document")
    return versions.filter(uid=uid, document__in=anywhere(user)).first()


def find_rendition(user: User, uid: uuid.UUID) -> Rendition:
    """Return a made file. Raises ``NotFoundError``."""
    renditions = Rendition.objects.select_related("blob", "version")
    rendition = renditions.filter(uid=uid, version__document__in=anywhere(user)).first()
    if rendition is None:
        raise NotFoundError(GONE)
    return rendition


def versions_of(document: Document) -> QuerySet[Version]:
    """Return all versions, newest first; the caller has made sure who may see the document."""
    return document.versions.select_related("blob", "reading", "created_by").order_by("-number")


def renditions_of(version: Version) -> QuerySet[Rendition]:
    """Return what was made of a version."""
    return version.renditions.select_related("blob")


def text_of(version: Version) -> str:
    """Return the text of a version; empty while it is not read."""
    found = VersionText.objects.filter(version=version).values_list("content", flat=True).first()
    return found or ""


def texts_of(documents: list[Document]) -> dict[int, str]:
    """Return the texts of current versions by the documents' primary keys, in one query."""
    rows = VersionText.objects.filter(version__in=[each.current_version_id for each in documents])
    return dict(rows.values_list("version__document_id", "content"))
