"""Which jobs there are, for whom."""

import uuid
from typing import Final

from django.contrib.auth.models import User
from django.db.models import Count, QuerySet

from core.errors import NotFoundError
from core.models import Job, JobState

NOT_DONE: Final = (JobState.QUEUED, JobState.RUNNING, JobState.FAILED)


def visible_jobs(user: User) -> QuerySet[Job]:
    """Return the jobs that ``user`` asked for; administrators see all. Newest first."""
    jobs = Job.objects.order_by("-id")
    return jobs if user.is_superuser else jobs.filter(owner_id=user.pk)


def visible_job(user: User, uid: uuid.UUID) -> Job:
    """Return one of them. Raises ``NotFoundError``."""
    job = visible_jobs(user).filter(uid=uid).first()
    if job is None:
        raise NotFoundError("There is no such job, or it is not yours.")
    return job


def count_by_state(user: User) -> dict[str, int]:
    """Return how many of the visible jobs are in which state, without those that are done.

    Of those there are many, and nobody has to do anything about them; the index leaves them out.
    """
    jobs = visible_jobs(user).filter(state__in=NOT_DONE).order_by()
    return dict(jobs.values_list("state").annotate(number=Count("id")))


def latest_job_of(target_uid: uuid.UUID, kind: str) -> Job | None:
    """Return the newest job of ``kind`` on a thing; the caller has made sure who may see it."""
    return Job.objects.filter(target_uid=target_uid, kind=kind).order_by("-id").first()
