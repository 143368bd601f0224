"""Does one job, in a worker."""

import logging

from celery.exceptions import SoftTimeLimitExceeded
from config import context

from core.errors import LedgerFlowError
from core.jobs.locks import held
from core.jobs.registry import find_handler
from core.models import Job
from core.services import jobs as services

logger = logging.getLogger(__name__)


class TimeLimitError(LedgerFlowError):
    """An attempt took longer than its kind of job may."""

    code = "time_limit"
    default = "This took longer than it may and was ended."
    transient = True


def run(job_id: int) -> None:
    """Do the job unless it is done, not due, or another worker has it; never raises for a failure.

    An error of the database is raised: the row stays as it is, and the sweep puts it back.
    """
    with held(job_id) as mine:
        job = services.begin(job_id) if mine else None
        if job is None:
            return
        tokens = (context.job_uid.set(str(job.uid)), context.request_id.set(job.request_id or None))
        try:
            _attempt(job)
        finally:
            context.job_uid.reset(tokens[0])
            context.request_id.reset(tokens[1])


def _attempt(job: Job) -> None:
    handler = find_handler(job.kind)
    assert handler is not None, "begin() looked"  # noqa: S101
    try:
        handler.run(job)
    except SoftTimeLimitExceeded:
        error: LedgerFlowError = TimeLimitError()
        final = False
    except LedgerFlowError as told:
        error, final = told, not told.transient
    except Exception:
        logger.exception("%s: attempt %d failed", job.kind, job.attempts)
        error, final = LedgerFlowError(), False
    else:
        services.finish(job)
        return
    again = services.fail(job, handler, error, final=final)
    logger.warning("%s: %s%s", job.kind, error.error_code, ", tried again later" if again else "")
