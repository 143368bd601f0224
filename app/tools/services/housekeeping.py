"""Forgets runs that are long over."""

from datetime import datetime, timedelta
from typing import Final

from tools.models import ToolRun

KEEP: Final = timedelta(days=30)
BATCH: Final = 5000


def forget_runs(before: datetime) -> int:
    """Remove the runs of before a time, in batches; return how many."""
    removed = 0
    while True:
        batch = ToolRun.objects.filter(created_at__lt=before).order_by("created_at")[:BATCH]
        count, _ = ToolRun.objects.filter(pk__in=list(batch.values_list("pk", flat=True))).delete()
        removed += count
        if count < BATCH:
            return removed
