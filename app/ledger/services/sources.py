"""Statements as documents: what is sent to the ledger is kept there, what is there is imported."""

import uuid
from collections.abc import Iterable

from core.errors import ConflictError, TooLargeError, UnsupportedTypeError
from django.contrib.auth.models import User
from django.db import transaction
from documents.models import Version
from documents.selectors.documents import twin_of
from documents.selectors.files import find_version
from documents.services import adding
from documents.store import blob_store

from ledger.models import Account, Import
from ledger.selectors.sources import IMPORTABLE, version_of_content
from ledger.services.imports import LARGEST, check_size, preview_import


def import_sent(
    *, actor: User, chunks: Iterable[bytes], filename: str, account: Account | None
) -> Import:
    """Keep a file that was sent as a document, and show what importing it would do.

    A file that ``actor`` has already, by its content, is not kept twice. One that documents do not
    take is kept with the import alone, which then has no ``document_uid``. Raises as
    ``preview_import``; then no document is left either.
    """
    sent = adding.receive(chunks, filename)
    try:
        check_size(sent.received.size)
        content = sent.received.path.read_bytes()
        with transaction.atomic():
            version = _kept(actor, sent)
            return preview_import(
                actor=actor,
                filename=filename,
                content=content,
                account=account,
                document_uid=version.uid if version else None,
            )
    finally:
        sent.received.discard()


def import_version(*, actor: User, version_uid: uuid.UUID, account: Account | None) -> Import:
    """Show what importing a version of a document would do; no byte is sent again.

    Raises ``NotFoundError`` for one that ``actor`` may not see, ``ConflictError`` for one in the
    trash, ``UnsupportedTypeError`` for one of a kind that is no statement; and as
    ``preview_import``.
    """
    version = find_version(actor, version_uid)
    check_importable(version)
    try:
        with blob_store().open(version.blob.sha256) as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise ConflictError(
            "The file is missing from the store. Tell an administrator: a backup has it.",
            code="blob_missing",
        ) from error
    return preview_import(
        actor=actor,
        filename=version.filename,
        content=content,
        account=account,
        document_uid=version.uid,
    )


def check_importable(version: Version) -> None:
    """Raise ``ConflictError`` or ``UnsupportedTypeError`` unless a version can be imported."""
    if version.document.trashed_at is not None:
        raise ConflictError("The document is in the trash. Restore it first.", code="in_trash")
    if version.kind not in IMPORTABLE:
        raise UnsupportedTypeError(
            "This file is no statement. CSV, OFX, QFX and CAMT.053 can be imported."
        )
    check_size(version.blob.size)


def _kept(actor: User, sent: adding.Sent) -> Version | None:
    """Return the version that has these bytes: one that ``actor`` sees, or a new document's."""
    twin = twin_of(actor, sent.received.sha256)
    if twin is not None and twin.trashed_at is None:
        return version_of_content(twin, sent.received.sha256)
    try:
        with transaction.atomic():
            return adding.add_document(actor=actor, sent=sent, on_duplicate="new").version
    except (UnsupportedTypeError, TooLargeError):
        return None
