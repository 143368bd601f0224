"""What money is for, and the rules that tell it."""

from typing import ClassVar

from core.models import BaseModel
from django.conf import settings
from django.db import models

from ledger.models.account import Account


class Category(BaseModel):
    """A person's own name for what money is for."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "categories"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="ledger_category_name")
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Rule(BaseModel):
    """Gives a category to transactions that meet all its conditions; the first rule that fits."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    order = models.PositiveIntegerField(default=100)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="rules")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE)
    payee_contains = models.CharField("payee contains", max_length=100, blank=True)
    text_contains = models.CharField("description contains", max_length=200, blank=True)
    amount_from = models.DecimalField(
        "amount from", max_digits=18, decimal_places=4, null=True, blank=True
    )
    amount_to = models.DecimalField(
        "amount up to", max_digits=18, decimal_places=4, null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["order", "id"]
        indexes: ClassVar = [
            models.Index(fields=["owner", "order", "id"], name="ledger_rule_in_order")
        ]

    def __str__(self) -> str:
        """Return the rule as a sentence."""
        return f"{self.conditions} → {self.category}"

    @property
    def conditions(self) -> str:
        """What a transaction must be, in words."""
        parts = (
            f"payee contains “{self.payee_contains}”" if self.payee_contains else "",
            f"description contains “{self.text_contains}”" if self.text_contains else "",
            f"amount from {self.amount_from.normalize():f}" if self.amount_from is not None else "",
            f"amount up to {self.amount_to.normalize():f}" if self.amount_to is not None else "",
            f"account is {self.account.name}" if self.account else "",
        )
        return " and ".join(part for part in parts if part)
