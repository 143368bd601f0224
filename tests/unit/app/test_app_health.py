"""Running probes: together, in time, and without telling secrets."""

import json
import threading

import django.db
import httpx
import psycopg
import pytest
import redis
from core.health.failures import describe
from core.health.runner import run_probes
from core.health.status import Finding, NotReadyError, Status, all_ready, unready

pytestmark = pytest.mark.unit

REFUSED = httpx.HTTPStatusError(
    "hunter2", request=httpx.Request("GET", "http://searxng"), response=httpx.Response(500)
)


def failing(error: Exception):
    def probe() -> Finding:
        raise error

    return probe


def test_statuses_come_in_the_order_of_the_probes():
    statuses = run_probes({"slow": lambda: Finding("17.4"), "other": lambda: Finding(detail="x")})
    assert [(s.dependency, s.ok, s.version, s.detail) for s in statuses] == [
        ("slow", True, "17.4", None),
        ("other", True, None, "x"),
    ]


def test_probes_run_side_by_side():
    meeting = threading.Barrier(3, timeout=60)

    def probe() -> Finding:
        meeting.wait()  # one after another, nobody would come to meet
        return Finding()

    assert all_ready(run_probes({"a": probe, "b": probe, "c": probe}, timeout=120))


def test_a_probe_that_hangs_does_not_hold_up_the_answer():
    release = threading.Event()

    def hang() -> Finding:
        release.wait(60)
        return Finding()

    statuses = run_probes({"stuck": hang, "fine": Finding}, timeout=2)
    release.set()
    assert unready(statuses) == ("stuck",)
    assert statuses[0].detail == "no answer in time"


def test_whatever_a_probe_raises_becomes_its_status():
    statuses = run_probes({"a": failing(KeyError("hunter2")), "b": failing(NotReadyError("why"))})
    assert [status.detail for status in statuses] == ["failed with KeyError", "why"]
    assert not all_ready(statuses)


def test_no_probe_at_all_is_no_failure():
    assert run_probes({}) == ()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (redis.ConnectionError("redis://:hunter2@redis"), "cannot be reached"),
        (redis.AuthenticationError("hunter2"), "refused the credentials"),
        (redis.TimeoutError("hunter2"), "no answer in time"),
        (redis.ResponseError("OOM hunter2"), "failed with ResponseError"),
        (httpx.ConnectError("http://user:hunter2@x"), "cannot be reached"),
        (httpx.ReadTimeout("hunter2"), "no answer in time"),
        (REFUSED, "answered with an error"),
        (json.JSONDecodeError("hunter2", "", 0), "gave an answer that makes no sense"),
        (django.db.OperationalError("host=hunter2"), "cannot be reached"),
        (
            django.db.OperationalError('password authentication failed for user "hunter2"'),
            "refused the credentials",
        ),
        (django.db.ProgrammingError("hunter2"), "failed with ProgrammingError"),
    ],
)
def test_failures_are_told_in_words_without_values(error, words):
    assert describe(error) == words


def test_a_database_that_does_not_answer_is_told_from_one_that_is_gone():
    error = django.db.OperationalError("x")
    error.__cause__ = psycopg.errors.ConnectionTimeout("x")
    assert describe(error) == "no answer in time"


def test_a_line_says_only_what_is_known():
    assert json.loads(Status("database", True, 3, "17.4").as_json()) == {
        "dependency": "database",
        "ok": True,
        "version": "17.4",
        "ms": 3,
    }
    line = Status("cache", False, 0, detail="line\nbreak").as_json()
    assert "\n" not in line
    assert json.loads(line)["detail"] == "line\nbreak"
