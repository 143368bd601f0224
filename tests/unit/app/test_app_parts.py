"""Small parts: log lines, durations, the marker's sentence, the container's health check."""

import json
import logging
import socket
import sys

import pytest
from config.logs import JsonFormatter, SkipHealthChecks
from core.marker import disagreement
from core.uptime import in_words
from healthcheck import is_healthy

pytestmark = pytest.mark.unit


def record(message: str, exc_info=None) -> logging.LogRecord:
    return logging.LogRecord("core", logging.WARNING, "", 0, message, ("a\nb",), exc_info)


def test_a_log_record_is_one_line_of_json():
    line = JsonFormatter().format(record('said "%s"'))
    assert "\n" not in line
    entry = json.loads(line)
    assert entry["message"] == 'said "a\nb"'
    assert (entry["level"], entry["logger"]) == ("warning", "core")
    assert entry["time"].endswith("+00:00")


def test_a_traceback_is_part_of_the_line():
    try:
        int("why")
    except ValueError:
        line = JsonFormatter().format(record("%s", sys.exc_info()))
    assert "\n" not in line
    assert json.loads(line)["traceback"].endswith("'why'")


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ('"GET /healthz HTTP/1.0" 200 16', False),
        ('127.0.0.1 "GET /healthz HTTP/1.0" 200 16 bytes 1 ms', False),
        ('"GET /healthz HTTP/1.0" 500 16', True),
        ('"GET /readyz HTTP/1.1" 200 16', True),
        ('"GET /?next=/healthz HTTP/1.1" 200 16', True),
    ],
)
def test_healthy_checks_do_not_fill_the_log(line, kept):
    entry = logging.LogRecord("django.server", logging.INFO, "", 0, line, (), None)
    assert SkipHealthChecks().filter(entry) is kept


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min 0 s"),
        (3 * 3600 + 720, "3 h 12 min"),
        (86400, "1 day 0 h"),
        (3 * 86400 + 4 * 3600, "3 days 4 h"),
    ],
)
def test_durations_are_told_in_two_units(seconds, words):
    assert in_words(seconds) == words


def test_the_marker_must_agree():
    assert disagreement("dev", "dev") is None
    assert disagreement("prod", "dev") == "the database belongs to prod, the settings to dev"
    assert "does not say" in str(disagreement(None, "dev"))


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (404, False), (503, False)])
def test_the_health_check_wants_a_200(http_server, status, healthy):
    assert is_healthy(http_server({"/healthz": (status, "")})) is healthy


def test_the_health_check_of_a_server_that_is_gone_is_no():
    with socket.socket() as bound:  # a port that is taken, but where nobody listens
        bound.bind(("127.0.0.1", 0))
        assert is_healthy(bound.getsockname()) is False
