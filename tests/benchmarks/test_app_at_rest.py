"""Memory of web server and worker at rest, and documents per second from a file to its text.

Both run as in production, gunicorn with ``config.gunicorn`` and Celery with two processes, from the
source and on the test's own PostgreSQL and Redis.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from app_as_program import application_variables
from app_containers import eventually
from core.models import Job, JobState
from demo.contents import items
from documents.models import Document, VersionText
from documents.services import adding

from tests.ports import free_ports

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

NUMBER = 100
CELERY = ("celery", "--quiet", "--app", "config.celery", "worker", "--loglevel", "info")


def memory(pid: int) -> tuple[float, float]:
    """Return what a process has in memory and its share of it, in MiB (proc(5): Rss, Pss)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    found = {line.split(":")[0]: line.split() for line in lines[1:]}
    return int(found["Rss"][1]) / 1024, int(found["Pss"][1]) / 1024


def family(pid: int) -> list[int]:
    """Return a process and all its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def told(name: str, processes: dict[str, "subprocess.Popen[bytes]"]) -> None:
    """Print the memory of each process."""
    for role, process in processes.items():
        found = [memory(pid) for pid in family(process.pid)]
        each = ", ".join(f"{rss:.0f}" for rss, _ in found)
        print(f"{name}: {role} {each} MiB each, {sum(pss for _, pss in found):.0f} MiB together")


@pytest.fixture
def port():
    (found,) = free_ports(1)
    return found


@contextmanager
def running(repository: Path, redis_url: str, port: int, log: Path):
    """Give web server and worker, which serve and wait; they are ended afterwards."""
    variables = application_variables(repository, redis_url)
    commands = {
        "web": ("gunicorn", "--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{port}"),
        "worker": (*CELERY, "--concurrency", "2", "--without-gossip", "--without-mingle"),
    }
    started = {}
    try:
        with log.open("wb") as file:
            for role, (module, *words) in commands.items():
                started[role] = subprocess.Popen(
                    [sys.executable, "-m", module, *words],
                    cwd=repository / "app",
                    env=variables,
                    stdout=file,
                    stderr=file,
                    start_new_session=True,
                )
        yield started
    finally:
        for process in started.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(60)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def documents():
    """Yield files as households have them: half of them PDF."""
    made = [item for item in items("large", 1) if item.holding is None and "Scan" not in item.name]
    pdfs = [item for item in made if item.name.endswith(".pdf")]
    others = [item for item in made if not item.name.endswith(".pdf")]
    for pdf, other in zip(pdfs[: NUMBER // 2], others, strict=False):
        yield from (pdf, other)


def test_at_rest_and_from_a_hundred_files_to_their_text(
    *, repository, app_redis, settings, port, tmp_path, monkeypatch, ada
):
    monkeypatch.setenv("MEDIA_ROOT", settings.MEDIA_ROOT)
    files = [(item.name, item.make()) for item in documents()]
    kinds = Counter(name.rpartition(".")[2] for name, _ in files)
    print(f"\n{len(files)} files, {sum(len(c) for _, c in files) / 1e6:.1f} MB: {dict(kinds)}")
    log = tmp_path / "servers.log"
    with running(repository, app_redis.url, port, log) as processes:
        eventually("the web server answers", lambda: answers(port))
        eventually("the worker is there", lambda: b"ready." in log.read_bytes())
        for _ in range(20):
            assert answers(port)
        told("after the start", processes)
        begun = time.perf_counter()
        for name, content in files:
            sent = adding.receive([content], name)
            adding.add_document(actor=ada, sent=sent, on_duplicate="new")
        added = time.perf_counter() - begun
        open_jobs = Job.objects.exclude(state__in=(JobState.DONE, JobState.FAILED))
        eventually("all is read", lambda: not open_jobs.exists(), 600)
        read = time.perf_counter() - begun
        told(f"after {len(files)} documents", processes)
    failed = Job.objects.filter(state=JobState.FAILED)
    assert list(failed.values_list("kind", "error_code", "error_message")) == []
    assert Document.objects.count() == VersionText.objects.count() == len(files)
    print(f"added: {len(files) / added:.1f} documents per second")
    print(f"added, read and with previews: {len(files) / read:.1f} documents per second")
