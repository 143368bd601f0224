"""Keeping files: their bytes in the store, a row each."""

from django.db import connection

from documents.models import Blob, BlobState
from documents.storage.blobs import Received
from documents.store import blob_store


def lock(sha256: str) -> None:
    """Let nobody else keep, or sweep, the same content until the transaction ends."""
    with connection.cursor() as cursor:
        number = int.from_bytes(bytes.fromhex(sha256[:16]), "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


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
