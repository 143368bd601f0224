"""The blob store of this installation."""

from pathlib import Path

from django.conf import settings

from documents.storage.blobs import BlobStore


def blob_store() -> BlobStore:
    """Return the store below the media root; asked each time, tests have their own root."""
    return BlobStore(Path(settings.MEDIA_ROOT))
