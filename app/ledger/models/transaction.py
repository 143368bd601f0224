"""A movement of money."""

from typing import ClassVar

from core.models import BaseModel
from django.db import models

from ledger.models.account import Account
from ledger.models.category import Category, Rule
from ledger.models.imports import Import


class TransactionStatus(models.TextChoices):
    """Whether a person has looked at it."""

    NEW = "new", "New"
    REVIEWED = "reviewed", "Reviewed"


class Transaction(BaseModel):
    """One line of an account. Money that leaves is negative.

    ``fingerprint`` is made of what the bank's file says; of lines that are alike, ``occurrence``
    counts. Together they keep a second import from adding a line again, and neither changes when
    a person corrects or voids the transaction.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="transactions")
    booked_on = models.DateField("booked")
    value_on = models.DateField("value date", null=True)
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    currency = models.CharField(max_length=3)
    payee = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    reference = models.CharField(max_length=255, blank=True)
    external_id = models.CharField("the bank's id", max_length=255, blank=True)
    fingerprint = models.CharField(max_length=64)
    occurrence = models.PositiveIntegerField(default=0)
    category = models.ForeignKey(
        Category, null=True, on_delete=models.SET_NULL, related_name="transactions"
    )
    rule = models.ForeignKey(
        Rule, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    """The rule that gave the category; empty when a person did."""
    status = models.CharField(
        max_length=8, choices=TransactionStatus.choices, default=TransactionStatus.NEW
    )
    note = models.TextField(blank=True)
    origin = models.ForeignKey(
        Import, null=True, on_delete=models.PROTECT, related_name="transactions"
    )
    source_uid = models.UUIDField("version of the document it is from", null=True)
    source_line = models.PositiveIntegerField("line of the file", null=True)
    imported = models.JSONField("as the bank says", null=True)
    """What was imported, kept when a person corrects it; empty while nothing was corrected."""
    voided_at = models.DateTimeField("voided", null=True)

    class Meta:
        ordering: ClassVar = ["-booked_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "fingerprint", "occurrence"], name="ledger_transaction_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "-booked_on", "-id"], name="ledger_transaction_by_day"),
            models.Index(
                fields=["source_uid"],
                name="ledger_transaction_source",
                condition=models.Q(source_uid__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return day and payee."""
        return f"{self.booked_on} {self.payee or self.description}"[:120]

    @property
    def is_void(self) -> bool:
        """Whether it does not count."""
        return self.voided_at is not None
