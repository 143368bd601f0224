"""Where money is kept."""

from typing import ClassVar

from core.models import BaseModel
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Account(BaseModel):
    """An account at a bank, a card, a purse. Only its owner writes; ``readers`` see it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ledger_accounts"
    )
    readers = ArrayField(models.BigIntegerField(), default=list)
    name = models.CharField(max_length=100)
    bank = models.CharField(max_length=100, blank=True)
    number = models.CharField("IBAN or number", max_length=64, blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="ledger_account_name"),
            models.UniqueConstraint(
                fields=["owner", "number", "currency"],
                condition=~Q(number=""),
                name="ledger_account_number",
            ),
        ]
        indexes: ClassVar = [GinIndex(fields=["readers"], name="ledger_account_readers")]

    def __str__(self) -> str:
        """Return name and currency."""
        return f"{self.name} ({self.currency})"
