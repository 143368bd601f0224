"""Documents in: new ones and new versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final, Literal

from core.errors import ConflictError, InvalidInputError
from core.services import audit
from core.services.jobs import enqueue
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from profiles.selectors.principals import readable_by

from documents.indexing import reindex
from documents.inspection.inspect import Inspected, inspect
from documents.models import Document, Reading, Version
from documents.selectors.documents import twin_of
from documents.services import blobs
from documents.services.rights import changeable
from documents.storage.blobs import Received
from documents.store import blob_store

Duplicates = Literal["reject", "new"]
EXTRACT: Final = "documents.extract"
THUMBNAIL: Final = "documents.thumbnail"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: received whole, its name, and what the sender says it is."""

    received: Received
    name: str
    media_type: str = ""


def receive(chunks: Iterable[bytes], name: str, media_type: str = "") -> Sent:
    """Write a file to the store's entrance. Raises ``TooLargeError``, ``InvalidInputError``.

    What is received is then added, or discarded: nothing else holds it.
    """
    return Sent(blob_store().receive(chunks, settings.UPLOAD_LIMIT), name, media_type)


def add_document(
    *, actor: User, sent: Sent, title: str = "", on_duplicate: Duplicates = "reject"
) -> Document:
    """Add a document, to be found by its title at once, by its text when that is read.

    With ``reject`` the same content in a document that ``actor`` may see, also in the trash, is
    a ``ConflictError`` with the code ``duplicate`` that names it. Raises ``UnsupportedTypeError``
    for files that are not taken. In any case ``sent`` is used up.
    """
    try:
        inspected = _inspect(sent)
        with transaction.atomic():
            blobs.lock(sent.received.sha256)
            if on_duplicate == "reject":
                _refuse_twin(actor, sent.received.sha256)
            document = Document.objects.create(
                title=title.strip()[:255] or PurePath(inspected.name).stem or inspected.name,
                owner=actor,
                readers=readable_by(users=[actor], groups=[]),
            )
            version = _add(actor, document, sent.received, inspected, number=1, comment="")
            after = {
                "title": document.title,
                "file": version.filename,
                "warnings": version.warnings,
            }
            audit.record(actor=actor, verb="added", target=document, after=after)
            reindex(document)
        return document
    finally:
        sent.received.discard()


def add_version(*, actor: User, document: Document, sent: Sent, comment: str = "") -> Version:
    """Add a version, which becomes the current one; older ones stay as they are.

    Raises ``ConflictError`` (``same_content``) when the current version has the same content, and
    ``UnsupportedTypeError``. In any case ``sent`` is used up.
    """
    try:
        inspected = _inspect(sent)
        with transaction.atomic():
            blobs.lock(sent.received.sha256)
            locked = changeable(actor, document)
            newest = locked.versions.select_related("blob").order_by("-number").first()
            if newest is not None and newest.blob.sha256 == sent.received.sha256:
                raise ConflictError("This is the current version already.", code="same_content")
            number = newest.number + 1 if newest else 1
            version = _add(actor, locked, sent.received, inspected, number=number, comment=comment)
            after = {"version": number, "file": version.filename, "warnings": version.warnings}
            audit.record(actor=actor, verb="revised", target=locked, after=after)
            reindex(locked)
        return version
    finally:
        sent.received.discard()


def _inspect(sent: Sent) -> Inspected:
    return inspect(sent.received.path, sent.name, sent.media_type)


def _add(
    actor: User,
    document: Document,
    received: Received,
    inspected: Inspected,
    *,
    number: int,
    comment: str,
) -> Version:
    version = Version.objects.create(
        document=document,
        number=number,
        blob=blobs.keep(received),
        filename=inspected.name,
        kind=inspected.kind.name,
        warnings=list(inspected.warnings),
        comment=comment.strip()[:255],
        created_by=actor,
    )
    Reading.objects.create(version=version)
    document.current_version = version
    document.save(update_fields=["current_version", "updated_at"])
    for kind in (EXTRACT, THUMBNAIL):
        enqueue(kind, version.uid, owner=actor)
    return version


def _refuse_twin(actor: User, sha256: str) -> None:
    twin = twin_of(actor, sha256)
    if twin is None:
        return
    where = " in the trash" if twin.trashed_at else ""
    details: Mapping[str, Any] = {"twin": str(twin.uid), "trashed": bool(twin.trashed_at)}
    raise ConflictError(
        f"The same file is there already{where}: “{twin.title}”.", code="duplicate", details=details
    )


def policy(value: str) -> Duplicates:
    """Return what to do with duplicates. Raises ``InvalidInputError`` for another word."""
    if value == "new":
        return "new"
    if value == "reject":
        return "reject"
    raise InvalidInputError("on_duplicate is reject or new.", fields={"on_duplicate": "choose one"})
