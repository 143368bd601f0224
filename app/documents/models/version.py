"""One file of a document, as it was received."""

from typing import TYPE_CHECKING, ClassVar

from core.models import BaseModel
from django.conf import settings
from django.db import models

from documents.models.blob import Blob
from documents.models.document import Document

if TYPE_CHECKING:
    from documents.models.reading import Reading


class Version(BaseModel):
    """A file of a document. A trigger refuses every change of the row (migration 0002)."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="versions")
    filename = models.CharField(max_length=255)
    kind = models.CharField(max_length=16)
    """What the bytes are, a name of ``documents.inspection.kinds``."""
    warnings = models.JSONField(default=list)
    """Codes of what was found in the file and is worth knowing, ``launch_action``."""
    comment = models.CharField(max_length=255, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    if TYPE_CHECKING:
        reading: Reading

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "number"], name="documents_version_number_once"
            ),
        ]

    def __str__(self) -> str:
        """Return number and file name."""
        return f"{self.number}: {self.filename}"
