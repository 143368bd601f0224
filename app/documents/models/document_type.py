"""What a document is, and what is written down about such ones."""

from typing import ClassVar

from core.models import BaseModel
from django.db import models


class DocumentType(BaseModel):
    """A kind of document: invoice, receipt, statement.

    ``schema`` is a JSON Schema (draft 2020-12) of an object whose properties are strings, numbers,
    whole numbers or truth values (``core.schemas``).
    """

    name = models.CharField(max_length=80, unique=True)
    schema = models.JSONField("fields, as JSON Schema", default=dict, blank=True)
    retention_days = models.PositiveIntegerField(
        "days to keep at least",
        null=True,
        blank=True,
        help_text="From the day it was added; until then it cannot be purged.",
    )
    trash_days = models.PositiveIntegerField("days in the trash", default=30)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name
