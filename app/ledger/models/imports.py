"""A file of a bank on its way into the ledger."""

from typing import ClassVar

from core.models import BaseModel
from django.conf import settings
from django.db import models

from ledger.models.account import Account


class ImportState(models.TextChoices):
    """Where an import is."""

    READY = "ready", "To be confirmed"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Import(BaseModel):
    """A file as it was sent, how it is read, and what came of it.

    The bytes stay, so that every transaction can show the line it came from.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="imports"
    )
    """Empty for files that name several accounts themselves."""
    filename = models.CharField(max_length=255)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    document_uid = models.UUIDField("version of the document it is from", null=True, blank=True)
    kind = models.CharField(max_length=8)
    layout = models.JSONField(null=True)
    without_problems = models.BooleanField("leave unreadable lines out", default=False)
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.READY)
    added = models.PositiveIntegerField("new transactions", default=0)
    known = models.PositiveIntegerField("known already", default=0)
    skipped = models.PositiveIntegerField("lines that are no transactions", default=0)
    error_message = models.CharField(max_length=500, blank=True)
    finished_at = models.DateTimeField("ended", null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="ledger_import_by_owner"),
            models.Index(fields=["owner", "sha256"], name="ledger_import_same_file"),
            models.Index(
                fields=["document_uid"],
                name="ledger_import_by_document",
                condition=models.Q(document_uid__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return the name of the file."""
        return self.filename

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed and confirmed."""
        return self.state in (ImportState.READY, ImportState.FAILED)
