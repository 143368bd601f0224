"""What a bank says an account held at the beginning and the end of a period."""

from typing import ClassVar

from core.models import BaseModel
from django.db import models
from django.db.models import F, Q

from ledger.models.account import Account
from ledger.models.imports import Import


class Statement(BaseModel):
    """A period of an account with its balances, which the transactions must agree with."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="statements")
    origin = models.ForeignKey(
        Import, null=True, on_delete=models.PROTECT, related_name="statements"
    )
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    opening = models.DecimalField("opening balance", max_digits=18, decimal_places=4, null=True)
    closing = models.DecimalField("closing balance", max_digits=18, decimal_places=4, null=True)
    reconciled_at = models.DateTimeField("reconciled", null=True)

    class Meta:
        ordering: ClassVar = ["-ends_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "starts_on", "ends_on"], name="ledger_statement_period"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="ledger_statement_in_order"
            ),
        ]

    def __str__(self) -> str:
        """Return the period."""
        return f"{self.starts_on} to {self.ends_on}"
