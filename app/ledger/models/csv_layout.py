"""How a bank's CSV files are read, remembered for a person."""

from typing import ClassVar

from core.models import BaseModel
from django.conf import settings
from django.db import models


class CsvLayout(BaseModel):
    """A layout (``ledger.parsing.layout``) that its owner has confirmed by an import."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)
    layout = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "fingerprint"], name="ledger_csvlayout_known")
        ]

    def __str__(self) -> str:
        """Return the headings."""
        return ", ".join(self.layout.get("headings", [])) or "without headings"
