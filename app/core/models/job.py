"""Work that is done apart from the request that asked for it; the row is the truth."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.models.base import BaseModel


class JobState(models.TextChoices):
    """Where a job is; only ``done`` and ``failed`` are ends."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Job(BaseModel):
    """One piece of work of a registered kind on one thing.

    Redis only wakes workers: whatever it forgets is found here again (``core.jobs``).
    """

    kind = models.CharField(max_length=100)
    target_uid = models.UUIDField("thing", null=True)
    key = models.CharField("told apart by", max_length=100, blank=True)
    parameters = models.JSONField(default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    request_id = models.CharField("request", max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField("not before", default=timezone.now)
    woken_at = models.DateTimeField("last sent to a worker", null=True)
    started_at = models.DateTimeField("last started", null=True)
    finished_at = models.DateTimeField("ended", null=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.CharField("what went wrong", max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "target_uid", "key"],
                condition=Q(state="queued", attempts=0),
                name="core_job_queued_once",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "due_at"],
                condition=Q(state__in=["queued", "running", "failed"]),
                name="core_job_not_done",
            ),
            models.Index(F("owner"), F("id").desc(), name="core_job_by_owner"),
            models.Index(F("target_uid"), F("id").desc(), name="core_job_by_target"),
        ]

    def __str__(self) -> str:
        """Return kind and state."""
        return f"{self.kind} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether something is still going to happen."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def waited_until(self) -> datetime | None:
        """When the next attempt is due, if the job waits for another one."""
        waits = self.state == JobState.QUEUED and self.attempts > 0
        return self.due_at if waits else None
