"""What jobs make of a version: its text, its preview, other kinds of it.

The child process runs outside any transaction; what it gives is written in one.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import ConflictError, InvalidInputError, NotFoundError, UnprocessableError
from core.services import audit
from core.services.jobs import enqueue
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from documents.extraction import parent
from documents.extraction.failures import MESSAGES
from documents.extraction.request import CONVERT, PREVIEW, TEXT, Answer, Made, Request
from documents.extraction.targets import TARGETS
from documents.indexing import reindex
from documents.models import (
    Document,
    Reading,
    ReadingState,
    Rendition,
    RenditionKind,
    Version,
    VersionText,
)
from documents.services import blobs
from documents.storage.blobs import INCOMING, Received
from documents.store import blob_store

CONVERT_JOB = "documents.convert"
MADE_LIMIT = 256 * 1024**2


def read_text(*, version_uid: uuid.UUID) -> None:
    """Read the text of a version and tell the search; a version that is purged is passed over.

    Raises ``UnprocessableError`` with a code of ``extraction.failures`` after noting it.
    """
    version = _version(version_uid)
    if version is None:
        return
    request = Request(TEXT, _path(version), version.kind, tesseract=shutil.which("tesseract") or "")
    answer = parent.run(request)
    with transaction.atomic():
        document = Document.objects.select_for_update().filter(pk=version.document_id).first()
        if document is None:
            return
        _note(version, answer)
        audit.record(
            actor=None,
            verb="read",
            target=document,
            after={"version": version.number, "error": answer.error, "cut": answer.is_cut},
        )
        if document.current_version_id == version.pk:
            reindex(document)
    _raise(answer)


def _note(version: Version, answer: Answer) -> None:
    Reading.objects.update_or_create(
        version=version,
        defaults={
            "state": ReadingState.FAILED if answer.error else ReadingState.READ,
            "error_code": answer.error,
            "error_message": MESSAGES.get(answer.error, ""),
            "page_count": answer.page_count,
            "is_cut": answer.is_cut,
            "details": answer.details,
        },
    )
    if not answer.error:
        VersionText.objects.update_or_create(version=version, defaults={"content": answer.text})


def make_preview(*, version_uid: uuid.UUID) -> None:
    """Make thumbnail and preview of a version. Raises ``UnprocessableError``."""
    version = _version(version_uid)
    if version is None:
        return
    with _folder() as folder:
        answer = parent.run(Request(PREVIEW, _path(version), version.kind, folder=str(folder)))
        if not answer.error:
            kinds = (RenditionKind.THUMBNAIL, RenditionKind.PAGE, RenditionKind.PREVIEW)
            _keep_made(version, folder, answer.made, kinds)
    _raise(answer)


def ask_for(*, actor: User, version: Version, to: str) -> None:
    """Ask for a version as another kind; whoever sees it may. Raises ``InvalidInputError``."""
    if to not in TARGETS.get(version.kind, ()):
        raise InvalidInputError(MESSAGES["not_convertible"], code="not_convertible")
    if version.document.trashed_at is not None:
        raise ConflictError("The document is in the trash. Restore it first.", code="in_trash")
    with transaction.atomic():
        enqueue(CONVERT_JOB, version.uid, owner=actor, key=to, parameters={"to": to})
        audit.record(actor=actor, verb="converted", target=version.document, after={"to": to})


def convert(*, version_uid: uuid.UUID, to: str) -> None:
    """Make another kind of a version. Raises ``UnprocessableError``."""
    version = _version(version_uid)
    if version is None:
        return
    with _folder() as folder:
        path = _path(version)
        answer = parent.run(Request(CONVERT, path, version.kind, folder=str(folder), to=to))
        if not answer.error:
            _keep_made(version, folder, answer.made, (RenditionKind(to),))
    _raise(answer)


def _keep_made(
    version: Version, folder: Path, made: list[Made], kinds: tuple[RenditionKind, ...]
) -> None:
    """Put the made files in the place of earlier ones of these kinds."""
    received = [(each, _received(folder, each)) for each in made if each.kind in kinds]
    try:
        with transaction.atomic():
            locked = Document.objects.select_for_update().filter(pk=version.document_id).first()
            if locked is None:
                return
            Rendition.objects.filter(version=version, kind__in=kinds).delete()
            # In one order everywhere, so that two workers never wait for each other.
            for each, file in sorted(received, key=lambda pair: pair[1].sha256):
                blobs.lock(file.sha256)
                Rendition.objects.create(
                    version=version, kind=each.kind, number=each.number, blob=blobs.keep(file)
                )
    finally:
        for _, file in received:
            file.discard()


def _received(folder: Path, made: Made) -> Received:
    """Copy a made file into the store's entrance; the child cannot point elsewhere by its name."""
    path = folder / Path(made.name).name
    if path.is_symlink() or not path.is_file():
        raise UnprocessableError(MESSAGES["crashed"], code="crashed")
    with path.open("rb") as file:
        return blob_store().receive(iter(lambda: file.read(1024**2), b""), MADE_LIMIT)


@contextmanager
def _folder() -> Iterator[Path]:
    entrance = Path(settings.MEDIA_ROOT) / INCOMING
    entrance.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=entrance) as folder:
        yield Path(folder)


def _version(uid: uuid.UUID) -> Version | None:
    return Version.objects.select_related("blob", "document").filter(uid=uid).first()


def _path(version: Version) -> str:
    path = blob_store().path(version.blob.sha256)
    if not path.is_file():
        raise NotFoundError("The file is missing from the store.", code="blob_missing")
    return str(path)


def _raise(answer: Answer) -> None:
    if answer.error:
        raise UnprocessableError(MESSAGES.get(answer.error), code=answer.error)
