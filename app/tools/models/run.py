"""What was run."""

from typing import ClassVar

from core.models import BaseModel
from django.conf import settings
from django.db import models
from django.db.models import F

from tools.models.tool import Tool


class RunState(models.TextChoices):
    """How a run ended."""

    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class ToolRun(BaseModel):
    """One run of a tool, also one that was refused; kept for 30 days.

    ``parameters`` are redacted (``tools.redaction``): numbers, addresses and account identifiers
    are not kept.
    """

    tool = models.ForeignKey(Tool, null=True, on_delete=models.SET_NULL, related_name="runs")
    path = models.CharField("module path", max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    request_id = models.CharField("request", max_length=64, blank=True)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=RunState.choices)
    error_code = models.CharField(max_length=64, blank=True)
    from_cache = models.BooleanField("answered from the cache", default=False)
    duration_ms = models.PositiveIntegerField("milliseconds")
    result_count = models.PositiveIntegerField("results", default=0)

    class Meta:
        verbose_name = "run of a tool"
        verbose_name_plural = "runs of tools"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(F("user"), F("id").desc(), name="tools_run_by_user"),
            models.Index(fields=["created_at"], name="tools_run_created"),
        ]

    def __str__(self) -> str:
        """Return what was run and how it ended."""
        return f"{self.path}: {self.state}"
