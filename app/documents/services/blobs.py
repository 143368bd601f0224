"""Keeping files: their bytes in the store, a row each."""

from typing import Final

from django.db import connection

from documents.models import Blob, BlobState
from documents.storage.blobs import Received
from documents.store import blob_store


def lock(sha256: str) -> None:
    """Let nobody else keep, or sweep, the same content until the transaction ends."""
    with connection.cursor() as cursor:
        number = int.from_bytes(bytes.fromhex(sha256[:16]), "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


MEDIA_LOCK: Final = 0x6C656467_6D656469
"""Key of PostgreSQL's advisory lock (`ledgmedi`) that a full backup holds, shared, while it reads
the media that its snapshot speaks of. docs/backup/restore.md"""


def may_remove() -> bool:
    """Keep backups from reading the media until the transaction ends; False while one does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [MEDIA_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def keep(received: Received) -> Blob:
    """Publish a received file and return its row; the caller holds its lock.

    A row whose file was missing or damaged is whole again: the content is here once more.
    """
    store = blob_store()
    found = Blob.objects.filter(sha256=received.sha256).first()
    blob = found or Blob.objects.create(sha256=received.sha256, size=received.size)
    if blob.state != BlobState.WHOLE:
        store.remove(received.sha256)
        blob.state = BlobState.WHOLE
        blob.save(update_fields=["state", "updated_at"])
    store.publish(received)
    return blob
