"""The core's own jobs."""

from datetime import timedelta

from django.utils import timezone

from core.jobs.registry import periodic
from core.models import Job
from core.services.jobs import forget_ended

KEEP_DONE = timedelta(days=7)
KEEP_FAILED = timedelta(days=90)


@periodic("core.forget_jobs", every=timedelta(days=1), title="Forget jobs that ended long ago")
def forget_jobs(job: Job) -> None:
    """Remove rows of jobs that ended long ago."""
    now = timezone.now()
    forget_ended(now - KEEP_DONE, failed_before=now - KEEP_FAILED)
