"""The jobs of documents."""

import uuid
from datetime import timedelta

from core.jobs.registry import job_handler, periodic
from core.models import Job

from documents.services import integrity, reading, trash
from documents.services.adding import EXTRACT, THUMBNAIL
from documents.services.reading import CONVERT_JOB


@job_handler(EXTRACT, title="Read the text", attempts=4, time_limit=120)
def extract(job: Job) -> None:
    """Read the text of a version."""
    reading.read_text(version_uid=_target(job))


@job_handler(THUMBNAIL, title="Make the preview", attempts=4, time_limit=120)
def thumbnail(job: Job) -> None:
    """Make thumbnail and preview of a version."""
    reading.make_preview(version_uid=_target(job))


@job_handler(CONVERT_JOB, title="Convert a file", attempts=4, time_limit=120)
def convert(job: Job) -> None:
    """Make another kind of a version."""
    reading.convert(version_uid=_target(job), to=str(job.parameters["to"]))


@periodic(
    "documents.sweep", every=timedelta(days=1), title="Compare files with sums", time_limit=3600
)
def sweep(job: Job) -> None:
    """Look at a part of the store, remove what nobody needs."""
    integrity.sweep()


@periodic("documents.purge", every=timedelta(days=1), title="Empty the trash")
def purge(job: Job) -> None:
    """Purge what was long enough in the trash."""
    while trash.purge_expired():
        pass


def _target(job: Job) -> uuid.UUID:
    if job.target_uid is None:
        raise ValueError(f"a job of kind {job.kind} needs a version")
    return job.target_uid
