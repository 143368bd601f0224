"""``audit show``: which entries are meant, and how they read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guard.audit import record
from guard.audit.entry import decision, outcome
from guard.audit.showing import Selection, entries, since, table

pytestmark = pytest.mark.guard

NOW = datetime(2026, 5, 17, 12, 0, tzinfo=UTC)


def answer(verdict: str, environment: str, rule: str | None = None) -> dict[str, object]:
    return {"verdict": verdict, "rule": rule, "environments": (environment,), "volumes": ()}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    allowed = decision("ledger_docker", ["stop", "x"], answer("allow", "dev"), "begun")
    number = record(tmp_path, {**allowed, "time": "2026-05-17T09:00:00.000+00:00"})
    record(tmp_path, outcome("ledger_docker", number, 3, 12.34))
    words = ["volume", "rm", "ledger_prod_db_data"]
    refused = decision("ledger_docker", words, answer("refuse", "prod", "LF040"), "refused")
    moment = {"time": "2026-05-17T11:30:00.000+00:00", "user": "root", "sudo_user": "ann"}
    record(tmp_path, {**refused, **moment, "exit_code": 126})
    return tmp_path


def numbers(log: Path, **selection) -> list[object]:
    return [entry["seq"] for entry in entries(log, Selection(**selection))]


def test_what_a_command_came_to_is_shown_with_its_decision(log):
    found = {entry["seq"]: entry for entry in entries(log, Selection())}
    assert list(found) == [2, 4]
    assert (found[2]["exit_code"], found[2]["duration_ms"]) == (3, 12.3)


def test_entries_are_selected(log):
    assert numbers(log, environment="prod") == [4]
    assert numbers(log, environment="dev") == [2]
    assert numbers(log, decision="refuse") == [4]
    assert numbers(log, decision="refuse", environment="dev") == []
    assert numbers(log, last=1) == [4]
    assert numbers(log, last=0) == []
    assert 2 not in numbers(log, since=NOW - timedelta(hours=1))
    assert 4 in numbers(log, since=NOW - timedelta(hours=1))


def test_entries_read_as_lines(log):
    lines = list(table(entries(log, Selection())))
    assert lines[0].endswith("allow dev  stop x  (exit 3)")
    assert lines[1] == (
        "     4  2026-05-17 11:30:00  ann as root  refuse LF040 prod  "
        "volume rm ledger_prod_db_data  (refused, exit 126)"
    )


def test_damaged_lines_are_left_to_verify(log):
    [path] = log.glob("audit-*")
    path.write_bytes(path.read_bytes().replace(b'"refuse"', b'"allow"') + b'{"half')
    assert numbers(log) == [2]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90s", NOW - timedelta(seconds=90)),
        ("30m", NOW - timedelta(minutes=30)),
        ("2h", NOW - timedelta(hours=2)),
        ("7d", NOW - timedelta(days=7)),
        ("1w", NOW - timedelta(weeks=1)),
        ("2026-05-01", datetime(2026, 5, 1, tzinfo=UTC)),
        ("2026-05-01T10:00", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("2026-05-01T10:00+02:00", datetime(2026, 5, 1, 8, tzinfo=UTC)),
    ],
)
def test_since_is_a_span_or_a_moment(text, moment):
    assert since(text, NOW) == moment


def test_since_is_nothing_else():
    with pytest.raises(ValueError, match="yesterday"):
        since("yesterday", NOW)
