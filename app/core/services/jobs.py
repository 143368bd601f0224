"""Changes of jobs. Each is one transaction; a worker is woken once it is committed."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from config import context
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from core.errors import ConflictError, LedgerFlowError
from core.jobs.registry import Handler, find_handler
from core.jobs.wake import wake
from core.models import Job, JobState
from core.services import audit

WORKER_LOST: Final = "worker_lost"
WORKER_LOST_MESSAGE: Final = "The worker ended in the middle of it, more than once."
PERIODIC: Final = "periodic"
"""The key of jobs that LedgerFlow asks for by itself."""


def enqueue(
    kind: str,
    target_uid: uuid.UUID | None,
    *,
    owner: User | None = None,
    key: str = "",
    parameters: Mapping[str, Any] | None = None,
    delay: timedelta = timedelta(0),
) -> Job:
    """Ask for work of ``kind`` on the thing ``target_uid``; return the job.

    When the same (kind, thing, key) waits already for its first attempt, that job is returned.
    ``parameters`` are small and JSON: ids and options, never content. ``owner`` sees the job.
    """
    job, is_new = Job.objects.get_or_create(
        kind=kind,
        target_uid=target_uid,
        key=key,
        state=JobState.QUEUED,
        attempts=0,
        defaults={
            "owner_id": owner.pk if owner else None,
            "parameters": dict(parameters or {}),
            "request_id": context.request_id.get() or "",
            "due_at": timezone.now() + delay,
            "woken_at": timezone.now(),
        },
    )
    if is_new:
        transaction.on_commit(lambda: wake(job, delay=delay))
    return job


def begin(job_id: int) -> Job | None:
    """Note that an attempt starts; return nothing when there is nothing to do now.

    The caller holds the job's lock, so a job that is ``running`` has lost its worker.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None or not job.is_open:
            return None
        if job.state == JobState.QUEUED and job.due_at > timezone.now():
            return None
        handler = find_handler(job.kind)
        if handler is None:
            _put_back(job, timezone.now() + timedelta(minutes=1))
            return None
        if job.state == JobState.RUNNING and job.attempts >= handler.attempts:
            _end(job, JobState.FAILED, WORKER_LOST, WORKER_LOST_MESSAGE)
            return None
        job.state, job.started_at = JobState.RUNNING, timezone.now()
        job.attempts += 1
        job.save(update_fields=["state", "started_at", "attempts", "updated_at"])
        return job


def finish(attempt: Job) -> None:
    """Note that the work is done."""
    with transaction.atomic():
        job = _still_mine(attempt)
        if job is not None:
            _end(job, JobState.DONE, "", "")


def fail(attempt: Job, handler: Handler, error: LedgerFlowError, *, final: bool) -> bool:
    """Note why an attempt failed; tell whether another one follows, after a pause."""
    with transaction.atomic():
        job = _still_mine(attempt)
        if job is None:
            return True
        if final or job.attempts >= handler.attempts:
            _end(job, JobState.FAILED, error.error_code, error.message)
            return False
        pause = handler.pause(job.attempts)
        job.error_code, job.error_message = error.error_code, error.message[:500]
        _put_back(job, timezone.now() + pause)
        transaction.on_commit(lambda: wake(job, delay=pause))
        return True


def put_back_lost(job_id: int) -> bool:
    """Queue a job again whose worker is gone; the caller holds its lock. Tell whether it was so."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, state=JobState.RUNNING).first()
        if job is None:
            return False
        handler = find_handler(job.kind)
        if handler is not None and job.attempts >= handler.attempts:
            _end(job, JobState.FAILED, WORKER_LOST, WORKER_LOST_MESSAGE)
            return True
        _put_back(job, timezone.now())
        transaction.on_commit(lambda: wake(job))
        return True


def mark_woken(jobs: list[Job]) -> None:
    """Note that workers were sent for these jobs."""
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(woken_at=timezone.now())


def retry(*, actor: User, job: Job) -> Job:
    """Queue a failed job again because a person wants it; return it.

    Raises ``ConflictError`` when it has not failed, or waits anew already.
    """
    try:
        with transaction.atomic():
            locked = Job.objects.select_for_update().get(pk=job.pk)
            if locked.state != JobState.FAILED:
                raise ConflictError("Only a job that has failed can be tried again.")
            before = audit.snapshot(locked, "state", "attempts", "error_code")
            locked.attempts = 0
            locked.error_code = locked.error_message = ""
            locked.finished_at = None
            _put_back(locked, timezone.now())
            after = audit.snapshot(locked, "state", "attempts", "error_code")
            audit.record(actor=actor, verb="retried", target=locked, before=before, after=after)
            transaction.on_commit(lambda: wake(locked))
            return locked
    except IntegrityError as error:
        raise ConflictError("The same work waits already.") from error


def forget_ended(before: datetime, *, failed_before: datetime) -> int:
    """Remove jobs that ended long ago; return how many. Failed ones are kept longer."""
    ended = Q(state=JobState.DONE, finished_at__lt=before)
    failed = Q(state=JobState.FAILED, finished_at__lt=failed_before)
    return Job.objects.filter(ended | failed).delete()[0]


def _still_mine(attempt: Job) -> Job | None:
    """Return the locked row, unless the attempt was taken for lost and another has begun.

    That happens when the connection broke in the middle of the work, and the lock with it.
    """
    same = Job.objects.filter(pk=attempt.pk, state=JobState.RUNNING, attempts=attempt.attempts)
    return same.select_for_update().first()


def _put_back(job: Job, due_at: datetime) -> None:
    job.state, job.due_at, job.woken_at = JobState.QUEUED, due_at, timezone.now()
    job.save()


def _end(job: Job, state: JobState, code: str, message: str) -> None:
    job.state, job.finished_at = state, timezone.now()
    job.error_code, job.error_message = code, message[:500]
    job.save()
