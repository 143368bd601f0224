"""Sends for a worker. When Redis is away nothing is lost: ``core.jobs.sweep`` sends again."""

import logging
import time
from datetime import timedelta
from typing import Any

from kombu.exceptions import OperationalError
from redis import RedisError

from core.jobs.registry import find_handler
from core.models import Job

logger = logging.getLogger(__name__)

GRACE = 15
"""Seconds after an attempt's time limit before its process is killed."""
LONGEST_COUNTDOWN = timedelta(seconds=60)
"""Longer pauses are the sweep's business: Celery would hold them in a worker's memory."""


REST = 5.0
"""Seconds for which Redis is not asked after it did not answer, so that a request that asks for a
hundred jobs waits for it once."""


class _Redis:
    """What this process knows of Redis: until when it is left alone, by the monotonic clock."""

    away_until = 0.0


def wake(job: Job, *, delay: timedelta = timedelta(0)) -> bool:
    """Send for a worker after ``delay``; return whether Redis took it."""
    from core.jobs.tasks import run_job  # noqa: PLC0415 - the task knows the services, they this

    if delay > LONGEST_COUNTDOWN:
        return True
    if time.monotonic() < _Redis.away_until:
        return False
    handler = find_handler(job.kind)
    limits: dict[str, Any] = {}
    if handler is not None:
        limits["soft_time_limit"] = handler.time_limit
        limits["time_limit"] = handler.time_limit + GRACE
    try:
        run_job.apply_async((job.pk,), countdown=delay.total_seconds(), retry=False, **limits)
    except (OperationalError, RedisError, OSError):
        _Redis.away_until = time.monotonic() + REST
        logger.warning("job %s waits: Redis cannot be reached", job.uid)
        return False
    return True
