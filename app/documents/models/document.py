"""What a person calls a document: a title around one or more versions of a file."""

from typing import TYPE_CHECKING, ClassVar

from core.models import BaseModel
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from documents.models.document_type import DocumentType
from documents.models.tag import Tag

if TYPE_CHECKING:
    from documents.models.version import Version


class Document(BaseModel):
    """A document. ``readers`` are the principals who may see it, the owner among them."""

    title = models.CharField(max_length=255)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="documents"
    )
    document_type = models.ForeignKey(
        DocumentType, null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    current_version: "models.ForeignKey[Version | None, Version | None]" = models.ForeignKey(
        "documents.Version", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="documents")
    metadata = models.JSONField(default=dict, blank=True)
    readers = ArrayField(models.BigIntegerField(), default=list)
    trashed_at = models.DateTimeField("in the trash since", null=True)
    retain_until = models.DateField("to be kept until", null=True)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["readers"], name="documents_readers"),
            GinIndex(fields=["metadata"], opclasses=["jsonb_path_ops"], name="documents_metadata"),
            models.Index(F("owner"), F("id").desc(), name="documents_by_owner"),
            models.Index(
                fields=["trashed_at"],
                condition=Q(trashed_at__isnull=False),
                name="documents_in_trash",
            ),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    @property
    def version(self) -> "Version":
        """The current version. Raises ``ValueError`` while the first one is being added."""
        if self.current_version is None:
            raise ValueError(f"document {self.uid} has no version yet")
        return self.current_version
