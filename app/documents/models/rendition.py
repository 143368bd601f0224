"""A file that LedgerFlow made from a version: a thumbnail, a page, another format."""

from typing import ClassVar

from core.models import BaseModel
from django.db import models

from documents.models.blob import Blob
from documents.models.version import Version


class RenditionKind(models.TextChoices):
    """What was made; the values of conversions are what people ask for."""

    THUMBNAIL = "thumbnail", "Thumbnail"
    PAGE = "page", "Page"
    PREVIEW = "preview", "Preview"
    HTML = "html", "HTML"
    PDF = "pdf", "PDF"
    PNG = "png", "PNG"
    TEXT = "text", "Text"
    XLSX = "xlsx", "XLSX"


class Rendition(BaseModel):
    """A made file. It can be thrown away and made again."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=16, choices=RenditionKind.choices)
    number = models.PositiveIntegerField("page", default=1)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="renditions")

    class Meta:
        ordering: ClassVar = ["kind", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "kind", "number"], name="documents_rendition_once"
            ),
        ]

    def __str__(self) -> str:
        """Return kind and page."""
        return f"{self.kind} {self.number}"
