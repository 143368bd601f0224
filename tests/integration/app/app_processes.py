"""Web server and worker as real processes, on the test's database, each to be killed at will."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
from app_containers import eventually
from app_servers import RedisServer
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from tests.ports import free_ports

KEY = "an-unlikely-signing-key-of-more-than-fifty-characters-0123"


class Process:
    """A program of the application with its children, started again as its service manager does."""

    def __init__(self, words: list[str], variables: Mapping[str, str], log: Path) -> None:
        """Run ``words``; what they print is added to ``log``."""
        self._words = words
        self._variables = dict(variables)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of the first process, which leads the group of all."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._words],
                env=self._variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it and its children at once, with SIGKILL."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None

    def log(self) -> str:
        """What it printed."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""


class Application:
    """gunicorn and Celery's worker as in production, beside each other on this machine."""

    def __init__(self, repository: Path, redis: RedisServer, folder: Path) -> None:
        """Keep logs in ``folder``; files are kept below the test's own media root."""
        (self.port,) = free_ports(1)
        variables = _variables(repository, redis)
        gunicorn = ["-m", "gunicorn", "--config", "python:config.gunicorn"]
        gunicorn += ["--bind", f"127.0.0.1:{self.port}"]
        celery = ["-m", "celery", "-A", "config.celery", "worker", "--loglevel", "info"]
        celery += ["--without-gossip", "--without-mingle"]
        pooled = {**variables, "DATABASE_POOL_SIZE": "6"}
        self.web = Process(gunicorn, pooled, folder / "web.log")
        self.worker = Process(celery, variables, folder / "worker.log")

    def wait(self) -> None:
        """Wait until the web server answers."""

        def answers() -> bool:
            try:
                return self.client().get("/healthz").status_code == 200
            except httpx.TransportError:
                return False

        eventually("the web server answers", answers)

    def client(self, user: User | None = None) -> httpx.Client:
        """Return a client that asks for JSON, signed in when ``user`` is given."""
        headers = {"accept": "application/json"}
        cookies = {}
        if user is not None:
            cookies = {settings.SESSION_COOKIE_NAME: _session_of(user), "csrftoken": "c" * 32}
            headers["x-csrftoken"] = "c" * 32
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers=headers, cookies=cookies, timeout=60
        )


def _variables(repository: Path, redis: RedisServer) -> dict[str, str]:
    database = connection.settings_dict
    return {
        "LEDGERFLOW_ENVIRONMENT": "test-processes",
        "DJANGO_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_HOST": database["HOST"],
        "DATABASE_PORT": str(database["PORT"]),
        "DATABASE_NAME": database["NAME"],
        "DATABASE_USER": database["USER"],
        "DATABASE_PASSWORD": database["PASSWORD"],
        "REDIS_URL": redis.url,
        "SEARXNG_URL": "http://127.0.0.1:9",
        "MEDIA_ROOT": settings.MEDIA_ROOT,
        "PYTHONPATH": str(repository / "app"),
        "PATH": os.environ["PATH"],
    }


def _session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert session.session_key is not None
    return session.session_key


@contextlib.contextmanager
def running_application(
    repository: Path, redis: RedisServer, folder: Path
) -> Iterator[Application]:
    """Give a running application, killed at the end."""
    application = Application(repository, redis, folder)
    try:
        application.web.start()
        application.worker.start()
        application.wait()
        yield application
    finally:
        application.web.kill()
        application.worker.kill()
