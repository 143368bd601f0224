"""A search that a person comes back to."""

from typing import ClassVar

from core.models import BaseModel
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class SavedSearch(BaseModel):
    """What a person looked for, under a name; only they see it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=80)
    query = models.JSONField()
    """The fields of the form that were filled, as texts."""

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "saved searches"
        constraints: ClassVar = [
            models.UniqueConstraint("owner", Lower("name"), name="search_saved_name_once"),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name
