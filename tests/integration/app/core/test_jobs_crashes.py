"""Neither a killed worker nor a Redis that is gone or emptied loses a job."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import worker_of_tests  # noqa: F401 - its kinds of jobs, as the web server knows those of the worker
from app_containers import eventually
from core.jobs import sweep
from core.models import AuditEvent, Job, JobState
from core.services.jobs import enqueue
from django.db import connection

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

WORKER = Path(__file__).parents[1] / "worker_of_tests.py"


@pytest.fixture
def worker(repository, app_redis, tmp_path, monkeypatch):
    """Return a function that starts a worker; all are killed at the end."""
    monkeypatch.setattr(sweep, "OVERDUE", sweep.OVERDUE * 0)
    started = []
    database = connection.settings_dict
    variables = {
        "LEDGERFLOW_ENVIRONMENT": "test-jobs",
        "DJANGO_SECRET_KEY": "an-unlikely-key",
        "DATABASE_HOST": database["HOST"],
        "DATABASE_PORT": database["PORT"],
        "DATABASE_NAME": database["NAME"],
        "DATABASE_USER": database["USER"],
        "DATABASE_PASSWORD": database["PASSWORD"],
        "REDIS_URL": app_redis.url,
        "SEARXNG_URL": "http://127.0.0.1:9",
        "MEDIA_ROOT": str(tmp_path / "media"),
        "PYTHONPATH": str(repository / "app"),
        "PATH": os.environ["PATH"],
    }

    def start():
        log = (tmp_path / "worker.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, str(WORKER)],
            env=variables,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        kill(process)


def kill(process):
    """End the worker and its children at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def in_state(job, state):
    job.refresh_from_db()
    return job.state == state


def all_done():
    sweep.sweep()  # what beat does every minute
    time.sleep(0.3)
    return not Job.objects.exclude(state=JobState.DONE).exists()


def noted():
    return AuditEvent.objects.filter(verb="noted").count()


def test_no_job_is_lost_and_each_ends_in_a_named_state(worker, app_redis):
    app_redis.kill()
    for _ in range(5):
        enqueue("test.note", None, key=str(time.monotonic_ns()))
    app_redis.start()
    first = worker()
    eventually("jobs asked for while Redis was away are done", all_done)
    assert noted() == 5

    os.killpg(first.pid, signal.SIGSTOP)
    for _ in range(5):
        enqueue("test.note", None, key=str(time.monotonic_ns()))
    app_redis.flush()
    os.killpg(first.pid, signal.SIGCONT)
    eventually("jobs that Redis forgot are done", all_done)
    assert noted() == 10

    long = enqueue("test.note", None, parameters={"first": 300})
    eventually("the job runs", lambda: in_state(long, JobState.RUNNING))
    kill(first)
    assert in_state(long, JobState.RUNNING)
    worker()
    eventually("the job of the killed worker is done", all_done)
    assert (noted(), long.attempts) == (11, 1)
    long.refresh_from_db()
    assert long.attempts == 2

    ends = {
        "test.killer": (JobState.FAILED, "worker_lost", 2),
        "test.slow": (JobState.FAILED, "time_limit", 1),
        "test.broken": (JobState.FAILED, "broken_file", 1),
        "test.flaky": (JobState.DONE, "", 2),
    }
    jobs = {kind: enqueue(kind, None) for kind in ends}

    def all_ended():
        return not Job.objects.filter(state__in=["queued", "running"]).exists()

    eventually("each job has ended", all_ended)
    for kind, job in jobs.items():
        job.refresh_from_db()
        assert (job.state, job.error_code, job.attempts) == ends[kind], kind
