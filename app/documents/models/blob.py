"""The bytes of a file, kept once however many documents have them."""

from typing import ClassVar

from core.models import BaseModel
from django.db import models


class BlobState(models.TextChoices):
    """What the last look at the file found."""

    WHOLE = "whole", "Whole"
    MISSING = "missing", "Missing"
    DAMAGED = "damaged", "Damaged"


class Blob(BaseModel):
    """A file under the media root, named by the sum of its content."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.PositiveBigIntegerField("bytes")
    state = models.CharField(max_length=8, choices=BlobState.choices, default=BlobState.WHOLE)
    verified_at = models.DateTimeField("last compared with its sum", null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["state"], condition=~models.Q(state="whole"), name="documents_blob_lost"
            )
        ]

    def __str__(self) -> str:
        """Return the beginning of the sum."""
        return self.sha256[:12]
