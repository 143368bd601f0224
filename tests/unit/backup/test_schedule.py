"""The schedule: what is due is found in the archive, and what goes wrong turns it red."""

import json
import sys
from datetime import UTC, datetime, timedelta

import pytest
from backup_files import write_backup

from backup import gate
from backup.drill import Drill, Drilled
from backup.errors import EXIT_BUSY
from backup.schedule import health
from backup.schedule.metrics import Metrics
from backup.schedule.runner import Outcome, Runner
from backup.schedule.schedule import Schedule
from backup.schedule.serve import build
from backup.schedule.settings import ScheduleSettings, load
from backup.schedule.state import State

pytestmark = pytest.mark.unit

START = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


class World:
    """An archive, a clock, and runs that write backups or fail as they are told."""

    def __init__(self, folder, **settings):
        self.now = START
        self.archive = folder / "backups"
        self.ran = []
        self.codes = {}
        self.metrics = Metrics()
        self.settings = ScheduleSettings(environment="dev", archive=self.archive, **settings)
        self.state_file = folder / "state.json"
        self.start()

    def start(self):
        self.schedule = Schedule(
            self.settings, self.run, self.metrics, lambda: self.now, self.state_file
        )

    def run(self, name, command):
        self.ran.append(name)
        code = self.codes.get(name, 0)
        if code == 0 and command[0] in ("db", "full"):
            write_backup(self.archive, "dev", timedelta(), kind=command[0], now=self.now)
        if code == 0 and command[0] == "drill":
            write_drill(self.archive / "dev", self.now)
        return Outcome(code, 1.25, "the database does not answer" if code else "")

    def run_due(self):
        self.ran.clear()
        self.schedule.run_due()
        return list(self.ran)

    def problems(self):
        status = gate.status("dev", self.archive, self.now)
        return list(health.problems(State.read(self.state_file), status, self.now))


def write_drill(folder, begun):
    drilled = Drilled(id="x", manifest_sha256="0" * 64, result="restored", seconds=1)
    record = Drill(environment="dev", begun=begun, seconds=1, backups=(drilled,))
    (folder / "drills").mkdir(exist_ok=True)
    (folder / "drills" / f"ledgerflow_drill_{begun:%Y%m%d_%H%M%S}.json").write_bytes(
        record.document()
    )


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    made.run_due()
    return made


def test_a_new_archive_gets_everything_at_once(tmp_path):
    world = World(tmp_path)
    assert world.run_due() == ["database", "prune", "full", "prune", "drill"]


def test_nothing_runs_before_its_moment(world):
    assert world.run_due() == []
    world.now = START.replace(minute=59)
    assert world.run_due() == []


def test_the_hourly_run_comes_with_the_hour(world):
    world.now = START.replace(hour=13, minute=0)
    assert world.run_due() == ["database", "prune"]
    assert world.run_due() == []


def test_what_was_missed_is_made_up_for_once(world):
    world.now += timedelta(days=3)
    assert world.run_due() == ["database", "prune", "full", "prune"]
    assert world.run_due() == []


def test_a_restart_forgets_nothing_because_the_archive_remembers(world):
    world.start()
    assert world.run_due() == []


def test_a_backup_by_hand_counts(world):
    world.now = START.replace(hour=13, minute=0)
    write_backup(world.archive, "dev", timedelta(), now=world.now)
    assert world.run_due() == []


def test_an_unproven_backup_does_not_count(world):
    world.now = START.replace(hour=13, minute=0)
    write_backup(world.archive, "dev", timedelta(), now=world.now, proof=None)
    world.now += timedelta(minutes=1)
    assert world.run_due() == ["database", "prune"]


def test_a_drill_comes_with_its_week_and_removes_nothing(world):
    world.now = datetime(2026, 3, 8, 3, 30, tzinfo=UTC)
    write_backup(world.archive, "dev", timedelta(), now=world.now)
    write_backup(world.archive, "dev", timedelta(), now=world.now, kind="full")
    assert world.run_due() == ["drill"]


def test_after_a_failure_nothing_is_removed_and_it_is_tried_again_soon(world):
    world.now = START.replace(hour=13, minute=0)
    world.codes["database"] = 1
    assert world.run_due() == ["database"]
    assert world.run_due() == []
    world.now += timedelta(minutes=5)
    world.codes.clear()
    assert world.run_due() == ["database", "prune"]
    assert world.problems() == []


def test_a_failure_turns_it_red_with_its_words_and_raises_an_alarm(world, capsys):
    world.now = START.replace(hour=13, minute=0)
    capsys.readouterr()
    world.codes["database"] = 1
    world.run_due()
    assert world.problems() == ["database failed: the database does not answer"]
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (alarm,) = [line for line in logged if line["event"] == "alarm"]
    assert (alarm["level"], alarm["job"]) == ("error", "database")
    assert alarm["error"] == "the database does not answer"


def test_another_run_in_progress_is_no_failure(world):
    world.now = START.replace(hour=13, minute=0)
    world.codes["database"] = EXIT_BUSY
    assert world.run_due() == ["database"]
    assert world.problems() == []
    world.codes.clear()
    assert world.run_due() == ["database", "prune"]


def test_a_run_that_does_not_come_turns_it_red(world):
    world.now = START.replace(hour=13, minute=0)
    world.schedule.look()
    assert world.problems() == []
    world.now += timedelta(minutes=16)
    world.schedule.look()
    assert world.problems() == ["database was missed: it is due and does not run"]


def test_proof_that_is_too_old_turns_it_red(world):
    for path in (world.archive / "dev").glob("*.proof.json"):
        path.unlink()
    world.now += timedelta(minutes=16)
    world.schedule.look()
    assert any("was never proved" in words for words in world.problems())


def test_a_schedule_that_stands_still_turns_it_red(world):
    world.now += timedelta(minutes=2)
    assert world.problems() == ["the schedule has not looked around for 120 s"]


def test_a_long_run_keeps_the_others_waiting_for_three_hours_at_most(world):
    world.now = START.replace(hour=13, minute=20)
    world.schedule.look()
    state = State.read(world.state_file)
    state.running, state.running_since = "full", START.timestamp()
    status = gate.status("dev", world.archive, world.now)
    world.now += timedelta(minutes=30)
    state.beat = world.now.timestamp()
    assert list(health.problems(state, status, world.now)) == []
    world.now = START + 4 * HOUR
    state.beat = world.now.timestamp()
    found = list(health.problems(state, status, world.now))
    assert "full has been running for more than 3:00:00" in found
    assert "database was missed: it is due and does not run" in found


def test_a_copy_goes_off_site_before_anything_is_removed(tmp_path):
    world = World(tmp_path, offsite_bucket="copies")
    assert world.run_due()[:4] == ["database", "offsite", "prune", "offsite-prune"]


def test_an_archive_that_cannot_be_read_is_no_crash(world, monkeypatch, capsys):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(world.archive), "iterdir", refuse)
    world.schedule.look()
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["event"] == "archive"


def test_the_metrics_say_what_the_archive_says(world):
    value = world.metrics.registry.get_sample_value
    assert value("ledgerflow_backup_healthy") == 1
    assert value("ledgerflow_backup_archive_backups", {"kind": "db", "state": "proven"}) == 1
    assert value("ledgerflow_backup_runs_total", {"job": "full", "result": "success"}) == 1
    newest = value("ledgerflow_backup_newest_proven_timestamp_seconds", {"kind": "db"})
    assert newest == START.timestamp()
    world.now = START.replace(hour=13)
    world.codes["database"] = 1
    world.run_due()
    assert value("ledgerflow_backup_healthy") == 0
    assert value("ledgerflow_backup_overdue", {"job": "database"}) == 1
    assert value("ledgerflow_backup_last_exit_code", {"job": "database"}) == 1


def test_timers_fire_at_the_lines_moments(world):
    timers = build(world.schedule)
    assert {job.id for job in timers.get_jobs()} == {
        *("database", "full", "drill"),
        *("catch-up", "look"),
    }
    trigger = next(job.trigger for job in timers.get_jobs() if job.id == "full")
    assert trigger.get_next_fire_time(None, START) == datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def test_a_process_that_dies_is_an_outcome(capfd):
    script = "import os, sys; print('about to'); sys.stdout.flush(); os.kill(os.getpid(), 9)"
    outcome = Runner([sys.executable, "-c", script]).run("database", [])
    assert outcome.code == -9
    assert outcome.words == "about to"
    line = json.loads(capfd.readouterr().out)
    assert (line["event"], line["job"], line["line"]) == ("output", "database", "about to")


def test_structured_lines_are_passed_on_as_they_are(capfd):
    Runner([sys.executable, "-c", 'print(\'{"event": "step"}\')']).run("database", [])
    assert capfd.readouterr().out == '{"event": "step"}\n'


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SCHEDULE_FULL", "at two"), ("MAX_AGE_HOURS", "0"), ("METRICS_PORT", "70000")],
)
def test_mistakes_in_the_settings_are_named(monkeypatch, variable, value):
    monkeypatch.setenv("LEDGERFLOW_BACKUP_ENVIRONMENT", "dev")
    monkeypatch.setenv("LEDGERFLOW_BACKUP_ARCHIVE", "/archive")
    monkeypatch.setenv(f"LEDGERFLOW_BACKUP_{variable}", value)
    with pytest.raises(Exception, match=f"LEDGERFLOW_BACKUP_{variable}"):
        load()


def test_the_health_check_without_a_schedule_is_red(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(health, "STATE_FILE", tmp_path / "absent.json")
    assert health.main() == 1
    assert "the schedule is not running" in capsys.readouterr().out
