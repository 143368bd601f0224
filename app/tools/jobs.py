"""The jobs of tools."""

from datetime import timedelta

from core.jobs.registry import periodic
from core.models import Job
from django.utils import timezone

from tools.services.housekeeping import KEEP, forget_runs


@periodic("tools.forget_runs", every=timedelta(days=1), title="Forget old runs of tools")
def forget(job: Job) -> None:
    """Remove runs older than 30 days."""
    forget_runs(timezone.now() - KEEP)
