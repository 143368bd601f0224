"""Finds what a crash or an empty Redis left behind. Runs every minute; twice does no harm."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.celery import app
from django.db import transaction
from django.utils import timezone

from core.jobs.locks import is_free
from core.jobs.registry import periodics
from core.jobs.wake import wake
from core.models import Job, JobState
from core.services import jobs as services

logger = logging.getLogger(__name__)

BATCH = 500
"""Most jobs that one sweep wakes or puts back."""
OVERDUE = timedelta(seconds=45)
"""A waiting job is woken again when it was last woken longer ago than this."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did, in numbers of jobs."""

    put_back: int
    woken: int
    asked_for: int


def sweep() -> Swept:
    """Put back what lost its worker, wake what Redis forgot, ask for what is due by itself."""
    done = Swept(_put_back_lost(), _wake_forgotten(timezone.now()), _ask_for_periodics())
    if done.put_back or done.woken:
        logger.warning("sweep: %d jobs put back, %d woken again", done.put_back, done.woken)
    return done


def _put_back_lost() -> int:
    running = Job.objects.filter(state=JobState.RUNNING).order_by("id")
    count = 0
    for job_id in running.values_list("id", flat=True)[:BATCH]:
        with transaction.atomic():
            count += is_free(job_id) and services.put_back_lost(job_id)
    return count


def _wake_forgotten(now: datetime) -> int:
    """Wake due jobs, but only as many as there are more of them than messages that wait.

    With a long queue this keeps the sweeps from adding a second message for every waiting job. A
    worker takes one message ahead for each of its processes, so a few may be sent twice: the
    second one finds the job done, or in other hands.
    """
    due = Job.objects.filter(state=JobState.QUEUED, due_at__lte=now, woken_at__lt=now - OVERDUE)
    missing = due.count() - messages()
    if missing <= 0:
        return 0
    jobs = list(due.order_by("due_at")[: min(missing, BATCH)])
    services.mark_woken(jobs)
    return sum(wake(job) for job in jobs)


def messages() -> int:
    """Return how many messages wait in Redis for a worker to take them.

    Those that were taken do not count. Redis keeps them until they are acknowledged, and what a
    killed worker had taken stays for an hour (Celery's ``visibility_timeout``): a job that waits
    behind it would not be woken for as long.
    """
    with app.connection_for_read() as connection:
        channel: Any = connection.default_channel
        return int(channel.client.llen(app.conf.task_default_queue))


def _ask_for_periodics() -> int:
    count = 0
    for each in periodics():
        rows = Job.objects.filter(kind=each.kind, key=services.PERIODIC)
        last = rows.order_by("-id").values_list("created_at", flat=True).first()
        if last is None or last + each.every <= timezone.now():
            services.enqueue(each.kind, None, key=services.PERIODIC)
            count += 1
    return count
