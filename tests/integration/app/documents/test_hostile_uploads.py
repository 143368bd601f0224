"""Hostile and broken files sent to a real web server and read by a real worker: neither dies.

`LEDGERFLOW_TEST_HOSTILE` says how many of the 200 are sent; which, `LEDGERFLOW_TEST_SEED` repeats.
"""

import os
import random
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from app_containers import eventually
from app_processes import running_application
from core.models import Job, JobState
from documents.extraction.failures import MESSAGES
from documents.inspection import refusals
from documents.models import Document, ReadingState
from hostile_files import COUNT, hostile_files

NUMBER = min(COUNT, int(os.environ.get("LEDGERFLOW_TEST_HOSTILE", "12")))
LONGEST = timedelta(seconds=65)
PATIENCE = 120 + 10 * NUMBER
OTHER = {"duplicate", "empty_file"}
pytestmark = [
    pytest.mark.integration,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300 + PATIENCE),
]


def processes_of(pid: int) -> set[str]:
    """Return the children of a process: the worker's pool."""
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def test_no_worker_dies_and_each_file_ends_in_a_named_state(repository, app_redis, ada, tmp_path):
    seed = os.environ.get("LEDGERFLOW_TEST_SEED") or secrets.token_hex(8)
    print(f"seed: LEDGERFLOW_TEST_SEED={seed}")
    sent = random.Random(seed).sample(hostile_files(), NUMBER)
    with running_application(repository, app_redis, tmp_path) as served, served.client(ada) as ask:
        eventually("the worker has its pool", lambda: len(processes_of(served.worker.pid)) >= 2)
        first = served.worker.pid, served.web.pid
        refused = 0
        for what, name, content in sent:
            answer = ask.post("/documents/upload/", files={"files": (name, content)})
            (row,) = answer.json()["files"]
            if row["state"] == "refused":
                refused += 1
                assert row["problem"]["code"] in {*refusals.MESSAGES, *OTHER}, (what, row)
        eventually("all jobs end", lambda: not open_jobs().exists(), PATIENCE)
        assert (served.worker.pid, served.web.pid) == first
        assert len(processes_of(served.worker.pid)) >= 2
        assert "WorkerLostError" not in served.worker.log()
        assert ask.get("/healthz").status_code == 200
    documents = Document.objects.select_related("current_version__reading")
    assert documents.count() == NUMBER - refused
    for document in documents:
        reading = document.version.reading
        named = reading.state == ReadingState.READ or reading.error_code in MESSAGES
        assert named, (document.title, reading.state, reading.error_code)
    assert not open_jobs().exists()
    jobs = Job.objects.exclude(kind__startswith="core.").filter(owner=ada)
    for job in jobs:
        assert job.state == JobState.DONE or job.error_code in MESSAGES, job.error_code
    took = [job.finished_at - job.started_at for job in jobs if job.started_at and job.finished_at]
    longest = max(took, default=timedelta(0))
    print(f"{NUMBER} files, {refused} refused; {len(took)} jobs, the longest {longest}")
    assert longest < LONGEST


def open_jobs():
    return Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
