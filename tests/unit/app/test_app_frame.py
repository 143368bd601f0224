"""Parts of the frame that need no database: errors, menu, headers, addresses, files of others."""

import contextlib
import hashlib
import os
import runpy
import subprocess
import sys
import time

import pytest
from config import context
from config.logs import JsonFormatter
from config.redis_address import next_database
from config.startup import obstacles
from core import errors, navigation
from core.middleware.content_security import policy
from core.middleware.errors import told_error
from core.problems import problem
from core.views.errors import server_error
from django.conf import settings
from django.db import OperationalError
from django.test import RequestFactory
from healthcheck import is_fresh

pytestmark = pytest.mark.unit


def subclasses(kind):
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def own_errors():
    return [e for e in subclasses(errors.LedgerFlowError) if e.__module__ == errors.__name__]


def test_each_error_has_a_code_a_status_and_words_of_its_own():
    kinds = own_errors()
    assert len({kind.code for kind in kinds}) == len({kind.title for kind in kinds}) == len(kinds)
    assert all(400 <= kind.status < 600 and kind.default.endswith(".") for kind in kinds)
    assert {kind.code for kind in kinds if kind.transient} == {"rate_limited", "unavailable"}


def test_a_code_can_be_narrowed_and_details_never_hide_a_member():
    error = errors.ConflictError("Why.", code="twin", details={"twin": "uid", "status": 200})
    assert problem(error) == {
        "type": "urn:ledgerflow:problem:twin",
        "title": "Not possible now",
        "status": 409,
        "detail": "Why.",
        "code": "twin",
        "request_id": None,
        "twin": "uid",
    }


def test_a_database_that_is_away_is_told_without_its_address():
    told = told_error(OperationalError("connection to server at host=hunter2 failed"))
    assert (told.status, told.error_code) == (503, "database_unavailable")
    assert "hunter2" not in told.message
    assert told_error(KeyError("x")) is None


def test_a_database_that_is_away_before_the_view_is_no_mistake_of_the_program():
    request = RequestFactory().get("/", headers={"accept": "application/json"})
    answers = []
    with contextlib.suppress(OperationalError), contextlib.ExitStack() as stack:
        stack.push(lambda *_: answers.append(server_error(request)))
        raise OperationalError("x")
    assert answers[0].status_code == 503
    assert server_error(request).status_code == 500


def test_the_log_names_request_user_and_job():
    import json
    import logging

    tokens = context.request_id.set("r-1"), context.user_id.set(7), context.job_uid.set("j")
    record = logging.LogRecord("core", logging.INFO, "", 0, "words", (), None)
    entry = json.loads(JsonFormatter().format(record))
    for field, token in zip(
        (context.request_id, context.user_id, context.job_uid), tokens, strict=True
    ):
        field.reset(token)
    assert (entry["request_id"], entry["user_id"], entry["job"]) == ("r-1", 7, "j")
    assert "request_id" not in json.loads(JsonFormatter().format(record))


@pytest.mark.parametrize(
    ("url", "following"),
    [
        ("redis://redis:6379/0", "redis://redis:6379/1"),
        ("redis://:p%40ss@redis/4", "redis://:p%40ss@redis/5"),
        ("rediss://redis:6379", "rediss://redis:6379/1"),
    ],
)
def test_the_queue_has_a_database_of_its_own(url, following):
    assert next_database(url) == following


def test_the_policy_allows_own_files_only():
    header = policy(settings.SECURE_CSP)
    assert header.startswith("default-src 'self'; ")
    assert "unsafe" not in header


def test_vendored_files_are_those_of_the_table(repository):
    folder = repository / "app" / "core" / "static" / "core" / "vendor"
    table = (folder / "README.md").read_text()
    for file in folder.glob("*.js"):
        assert f"`{hashlib.sha256(file.read_bytes()).hexdigest()}`" in table, file.name


def test_no_template_has_inline_scripts_or_styles(repository):
    for file in (repository / "app").glob("*/templates/**/*.html"):
        text = file.read_text()
        assert " style=" not in text, file
        assert " onclick=" not in text, file
        assert "<script>" not in text, file


def test_a_page_of_the_menu_is_current_with_those_below_it(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register(navigation.Entry("Jobs", "core:jobs", 2))
    navigation.register(navigation.Entry("Home", "core:dashboard", 1))
    navigation.register(navigation.Entry("Later", "not:there", 3))
    navigation.register(navigation.Entry("State", "core:status", 4, only_administrators=True))
    links = navigation.links(RequestFactory().get("/jobs/x/"), administrator=False)
    assert [(link.title, link.current) for link in links] == [("Home", False), ("Jobs", True)]
    assert len(navigation.links(RequestFactory().get("/"), administrator=True)) == 3


def test_a_sign_of_life_grows_old(tmp_path):
    file = tmp_path / "alive"
    assert not is_fresh(file)
    file.touch()
    assert is_fresh(file)
    os.utime(file, (0, time.time() - 60))
    assert not is_fresh(file)


class Told:
    def __init__(self, media):
        self.media = str(media)


def test_without_its_folder_ledgerflow_does_not_start(tmp_path, monkeypatch):
    assert obstacles(Told(tmp_path)) == ()
    (missing,) = obstacles(Told(tmp_path / "none"))
    assert "mount the media volume" in missing
    monkeypatch.setattr(os, "access", lambda *_: False)
    (closed,) = obstacles(Told(tmp_path))
    assert "chown" in closed


def test_gunicorn_starts_only_where_files_can_be_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path))
    told = runpy.run_module("config.gunicorn")
    assert (told["wsgi_app"], told["worker_class"]) == ("config.wsgi:application", "gthread")
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "none"))
    with pytest.raises(SystemExit, match="mount the media volume"):
        runpy.run_module("config.gunicorn")
    monkeypatch.setenv("TZ", "Mars/Olympus")
    with pytest.raises(SystemExit, match="TZ"):
        runpy.run_module("config.gunicorn")


LOADED = """
import os, threading
from config.wsgi import application
from django.db import connections
opened = [os.readlink(f"/proc/self/fd/{each}") for each in range(3, 64)
          if os.path.lexists(f"/proc/self/fd/{each}")]
print(threading.active_count(), [each.connection for each in connections.all()], opened)
"""


def test_loading_the_application_leaves_nothing_that_workers_could_not_share(repository):
    """gunicorn loads it before its workers part: no thread, no connection, to anywhere."""
    answer = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={"PYTHONPATH": str(repository / "app"), "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.split("\n")[-2] == "1 [None] []", answer.stderr
