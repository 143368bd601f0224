"""Uploads while web server, worker, Redis and PostgreSQL are killed: what was taken is there.

`LEDGERFLOW_TEST_UPLOADS` says how many files 8 clients send; `LEDGERFLOW_TEST_SEED` repeats the
order and the moments of the kills.
"""

import functools
import hashlib
import itertools
import os
import random
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import document_files as files
import httpx
import pytest
from app_containers import eventually
from app_processes import Application, running_application
from core.jobs import sweep
from core.models import AuditEvent, Job, JobState
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.db.models import Count, F
from django.utils import timezone
from documents.models import Blob, BlobState, Document, ReadingState, Rendition, Version
from documents.services import integrity
from documents.store import blob_store

CLIENTS = 8
UPLOADS = int(os.environ.get("LEDGERFLOW_TEST_UPLOADS", "32"))
ROUNDS = max(1, UPLOADS // 200)
"""How often each of the victims is killed."""
PATIENCE = 120 + 3 * UPLOADS
pytestmark = [
    pytest.mark.integration,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600 + 4 * UPLOADS),
]
Kill = Callable[[], None]


def word(number: int) -> str:
    return f"quokka{number:05d}"


@functools.cache  # a ZIP holds the time at which it is made
def file_of(number: int) -> tuple[str, bytes]:
    """Return name and content of a file with a word that no other one has; mostly small text."""
    text = f"{word(number)} was paid"
    ending = ("txt", "csv", "md", "pdf", "html", "docx")[number % 6]
    content = {
        "txt": text.encode() * (1 + number % 7 * 500),
        "csv": f"Date;Text;Amount\n2026-01-02;{text};-1,50\n".encode(),
        "md": f"# Note\n\n{text}\n".encode(),
        "pdf": files.pdf(text),
        "html": f"<!doctype html><p>{text}".encode(),
        "docx": files.docx(text),
    }
    return f"File {number}.{ending}", content[ending]


class Clients:
    """Eight people's programs that send files and try again until each one is acknowledged."""

    def __init__(self, application: Application, user) -> None:
        self.outcomes: Counter[str] = Counter()
        self.taken: dict[int, str] = {}
        self._free = [application.client(user) for _ in range(CLIENTS)]
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._pool = ThreadPoolExecutor(CLIENTS)
        self._sent = [self._pool.submit(self._send, number) for number in range(UPLOADS)]

    def _send(self, number: int) -> None:
        with self._lock:
            client = self._free.pop()
        try:
            for tries in itertools.count():
                if self._stopped.is_set():
                    return
                if uid := self._try(client, number, tries):
                    self.taken[number] = uid
                    return
                time.sleep(0.1)
        finally:
            self._free.append(client)

    def _try(self, client: httpx.Client, number: int, tries: int) -> str | None:
        try:
            answer = client.post("/documents/upload/", files={"files": file_of(number)})
        except httpx.TransportError as error:
            self.outcomes[type(error).__name__] += 1
            return None
        self.outcomes[str(answer.status_code)] += 1
        if answer.status_code == 201:
            return answer.json()["files"][0]["uid"]
        if answer.status_code == 409:
            # an earlier try was taken and its answer lost
            assert tries, answer.text
            return answer.json()["files"][0]["problem"]["twin"]
        assert answer.status_code == 503, answer.text
        return None

    def finish(self) -> None:
        """Wait until every file is acknowledged; raises what a client met."""
        for each in self._sent:
            each.result(PATIENCE)

    def close(self) -> None:
        """End them, in the middle of their work if they have any."""
        self._stopped.set()
        self._pool.shutdown(cancel_futures=True)
        for client in self._free:
            client.close()


@pytest.fixture
def served(repository, app_redis, tmp_path):
    with running_application(repository, app_redis, tmp_path) as running:
        yield running


@pytest.fixture
def victims(served, app_redis, app_postgres) -> dict[str, Kill]:
    """What is killed, and started again as a service manager would."""

    def again(process) -> Kill:
        def kill() -> None:
            process.kill()
            process.start()

        return kill

    def redis() -> None:
        app_redis.kill()
        app_redis.start()

    def postgres() -> None:
        app_postgres.stop(signal.SIGKILL)
        connections.close_all()
        eventually("PostgreSQL starts again", lambda: starts(app_postgres))

    return {
        "web": again(served.web),
        "worker": again(served.worker),
        "redis": redis,
        "flush of redis": app_redis.flush,
        "postgres": postgres,
    }


def starts(postgres) -> bool:
    """Start the server, unless orphans of the killed one are still ending."""
    try:
        postgres.start()
    except AssertionError:
        return False
    return True


def swept() -> None:
    """Do what beat asks for every minute."""
    try:
        sweep.sweep()
    except OperationalError:  # PostgreSQL was killed; the next one comes
        connection.close()


def open_jobs() -> int:
    return Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).count()


def all_ended() -> bool:
    swept()
    return not open_jobs()


def test_what_was_taken_is_there_whatever_is_killed(served, victims, ada, monkeypatch):
    monkeypatch.setattr(sweep, "OVERDUE", timedelta(seconds=2))
    seed = os.environ.get("LEDGERFLOW_TEST_SEED") or secrets.token_hex(8)
    print(f"seed: LEDGERFLOW_TEST_SEED={seed}")
    chance = random.Random(seed)
    kills = [name for name in victims for _ in range(ROUNDS)]
    chance.shuffle(kills)
    moments = sorted(chance.sample(range(UPLOADS - CLIENTS), len(kills)))
    clients = Clients(served, ada)
    try:
        for moment, name in zip(moments, kills, strict=True):
            eventually("uploads go on", lambda at=moment: len(clients.taken) >= at, PATIENCE)
            time.sleep(chance.uniform(0, 0.1))
            victims[name]()
            swept()
        clients.finish()
    finally:
        clients.close()
    waiting = open_jobs()
    for name in chance.sample([each for each in victims if each != "web"], 4) * ROUNDS:
        if open_jobs():
            time.sleep(chance.uniform(0, 0.5))
            victims[name]()
            swept()
    eventually("all jobs end", all_ended, PATIENCE)
    print(f"{UPLOADS} files, answers {dict(clients.outcomes)}; {len(kills)} kills while they were "
          f"sent, {ROUNDS * 4} more while {waiting} jobs waited")  # fmt: skip
    assert_all_there(clients.taken)
    with served.client(ada) as client:
        assert_all_found(client, clients.taken)
    assert_nothing_half()


def assert_all_there(taken: dict[int, str]) -> None:
    assert len(taken) == UPLOADS
    assert len(set(taken.values())) == UPLOADS
    documents = {str(each.uid): each for each in with_all(Document.objects.all())}
    assert set(documents) == set(taken.values())  # none twice, none that nobody was told of
    for number, uid in taken.items():
        name, content = file_of(number)
        version = documents[uid].version
        assert version.filename == name
        assert version.blob.sha256 == hashlib.sha256(content).hexdigest()
        assert blob_store().path(version.blob.sha256).read_bytes() == content
        assert version.reading.state == ReadingState.READ, version.reading.error_code
        assert word(number) in version.text.content


def assert_all_found(client: httpx.Client, taken: dict[int, str]) -> None:
    """The search finds each by its word, and nothing else by it."""
    for number, uid in taken.items():
        answer = client.get("/search/", params={"q": word(number)})
        assert answer.status_code == 200, answer.text
        hits = [each for each in answer.json()["results"] if not each["similar_title"]]
        assert [each["uid"] for each in hits] == [uid]
        assert word(number) in hits[0]["snippet_html"].replace("<mark>", "").replace("</mark>", "")


def with_all(documents):
    return documents.select_related(
        "current_version__blob", "current_version__reading", "current_version__text"
    )


def assert_nothing_half() -> None:
    """No row without a file, no file without a row, nothing left over, everything once."""
    assert not Document.objects.filter(current_version=None).exists()
    assert Version.objects.count() == Document.objects.count() == UPLOADS
    assert not Version.objects.exclude(document__current_version=F("pk")).exists()
    assert not Job.objects.exclude(state=JobState.DONE).exists()
    pictures = Rendition.objects.filter(kind="thumbnail").values("version")
    assert not pictures.annotate(times=Count("pk")).filter(times__gt=1).exists()
    added = AuditEvent.objects.filter(verb="added").values("object_uid")
    assert not added.annotate(times=Count("pk")).filter(times__gt=1).exists()
    assert added.count() == UPLOADS

    later = timezone.now() + timedelta(days=2)
    for day in range(integrity.PARTS):
        found = integrity.sweep(now=later + timedelta(days=day))
        assert (found.missing, found.damaged) == ([], [])
    media = Path(settings.MEDIA_ROOT)
    assert not list((media / "incoming").iterdir())
    named = {path.name for path in (media / "blobs").glob("*/*/*")}
    assert named == set(Blob.objects.values_list("sha256", flat=True))
    assert not Blob.objects.exclude(state=BlobState.WHOLE).exists()
