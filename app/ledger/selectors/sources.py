"""The link between the ledger and the documents that its files are kept as."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib.auth.models import User
from documents.models import Document, Version
from documents.selectors.files import visible_version

from ledger.models import Import, Transaction
from ledger.selectors.imports import visible_to

IMPORTABLE: Final = frozenset({"csv", "ofx", "xml", "text"})
"""Kinds of documents that may be statements; which it is, is told by its content."""
_SHOWN: Final = 20


def document_panel(user: User, document: Document) -> Mapping[str, Any] | None:
    """Return what the page of a document shows: the imports from it, and how to begin one.

    Imports are their owner's only, so each sees their own. One query.
    """
    version = document.version
    importable = version.kind in IMPORTABLE and document.trashed_at is None
    if version.kind not in IMPORTABLE and not _may_have_been(document):
        return None
    versions = Version.objects.filter(document=document)
    imports = visible_to(user).filter(document_uid__in=versions.values("uid")).order_by("-id")
    shown = list(imports[:_SHOWN])
    if not shown and not importable:
        return None
    return {"version": version, "importable": importable, "imports": shown}


def source_version(user: User, transaction: Transaction) -> Version | None:
    """Return the version that a transaction comes from; None when ``user`` may not see it."""
    if transaction.source_uid is None:
        return None
    return visible_version(user, transaction.source_uid)


def source_of(user: User, origin: Import) -> Version | None:
    """Return the version that a file was imported from; None when it is gone or not theirs."""
    return visible_version(user, origin.document_uid) if origin.document_uid else None


def version_of_content(document: Document, sha256: str) -> Version | None:
    """Return the newest version of a document with these bytes."""
    return document.versions.filter(blob__sha256=sha256).order_by("-number").first()


def _may_have_been(document: Document) -> bool:
    """Tell whether an older version may be of another kind than the current one."""
    return document.version.number > 1
