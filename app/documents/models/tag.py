"""Words that a person puts on documents."""

from typing import ClassVar

from core.models import BaseModel
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class Tag(BaseModel):
    """One person's word; whoever may read a document reads its tags."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="document_tags"
    )
    name = models.CharField(max_length=50)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint("owner", Lower("name"), name="documents_tag_once"),
        ]

    def __str__(self) -> str:
        """Return the word."""
        return self.name
