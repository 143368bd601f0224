"""A worker that also knows the kinds of jobs of tests: ``python worker_of_tests.py``."""

import os
import signal
import time

import django
from config.celery import app

django.setup()

from core.errors import UnavailableError, UnprocessableError  # noqa: E402
from core.jobs import job_handler  # noqa: E402
from core.models import Job  # noqa: E402
from core.services import audit  # noqa: E402
from django.db import transaction  # noqa: E402


@job_handler("test.note", title="Write a note")
def note(job: Job) -> None:
    """Write an audit event; the first attempt may take long."""
    if job.attempts == 1:
        time.sleep(job.parameters.get("first", 0))
    with transaction.atomic():
        audit.record(actor=None, verb="noted", label=str(job.uid))


@job_handler("test.killer", title="Kill the worker", attempts=2)
def killer(job: Job) -> None:
    """End the process, as the kernel does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


@job_handler("test.slow", title="Take too long", attempts=1, time_limit=1)
def slow(job: Job) -> None:
    """Take longer than allowed."""
    time.sleep(30)


@job_handler("test.broken", title="Fail for good")
def broken(job: Job) -> None:
    """Tell a person why."""
    raise UnprocessableError("The file is broken.", code="broken_file")


@job_handler("test.flaky", title="Fail once")
def flaky(job: Job) -> None:
    """Fail once in a way that passes."""
    if job.attempts == 1:
        raise UnavailableError("Not now.")


if __name__ == "__main__":
    app.worker_main(["worker", "--loglevel", "info", "--without-gossip", "--without-mingle"])
