"""The commands of retention, as the schedule and a person call them."""

import json
from datetime import timedelta

import pytest

from backup.catalog import Catalog
from backup.clock import now
from backup.command import main
from backup.errors import BusyError
from backup.retention.memory import recall, record_run, recorded_run
from backup.retention.settings import load_policy
from tests.unit.backup.whole_backups import write_whole_backup

pytestmark = pytest.mark.unit

HOUR = timedelta(hours=1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LEDGERFLOW_BACKUP_ENVIRONMENT", "dev")
    monkeypatch.setenv("LEDGERFLOW_BACKUP_ARCHIVE", str(tmp_path))
    for name in ("DB_HOURS", "FULL_DAYS", "WEEKS", "MONTHS"):
        monkeypatch.setenv(f"LEDGERFLOW_BACKUP_KEEP_{name}", "0")
    for hours in range(1, 6):
        write_whole_backup(tmp_path / "dev", now() - hours * HOUR)
    return tmp_path / "dev"


def said(capsys):
    return json.loads(capsys.readouterr().out)


def test_a_dry_run_shows_and_removes_nothing(folder, capsys):
    record_run(folder, "db", now(), succeeded=True)
    assert main(["prune", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("remove  ledgerflow_db_backup_") == 2
    assert "one of the last 3 proven" in shown
    assert "3 kept, 0 held, 2 to remove" in shown
    assert len(Catalog(folder).entries()) == 5


def test_prune_removes_and_tells_a_program(folder, capsys):
    record_run(folder, "db", now(), succeeded=True)
    assert main(["prune", "--json"]) == 0
    answer = said(capsys)
    assert len(answer["removed"]) == 2
    assert [row["decision"] for row in answer["rows"]] == ["keep"] * 3 + ["remove"] * 2
    assert recall(folder).clock.seen is not None
    assert main(["prune", "--json"]) == 0
    assert said(capsys)["removed"] == []


def test_after_a_failed_run_prune_says_so_and_removes_nothing(folder, capsys):
    record_run(folder, "db", now(), succeeded=False)
    assert main(["prune"]) == 0
    shown = capsys.readouterr().out
    assert "nothing is removed: the last db backup run failed" in shown
    assert "3 kept, 2 held, 0 to remove" in shown
    assert len(Catalog(folder).entries()) == 5


def test_pin_and_unpin(folder, capsys):
    oldest = Catalog(folder).entries()[0].id
    record_run(folder, "db", now(), succeeded=True)
    assert main(["pin", oldest, "--why", "for the auditor"]) == 0
    assert main(["prune"]) == 0
    assert oldest in [entry.id for entry in Catalog(folder).entries()]
    assert main(["unpin", oldest]) == 0
    assert main(["prune"]) == 0
    assert oldest not in [entry.id for entry in Catalog(folder).entries()]
    capsys.readouterr()
    assert main(["pin", oldest, "--why", "too late"]) == 1


def test_a_run_counts_as_failed_until_it_has_succeeded(folder):
    def fail():
        with recorded_run(folder, "full", now):
            assert recall(folder).runs["full"].outcome == "failed"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert recall(folder).runs["full"].outcome == "failed"
    with recorded_run(folder, "full", now):
        pass
    assert recall(folder).runs["full"].outcome == "succeeded"


@pytest.mark.parametrize("before", [True, False])
def test_a_run_that_never_began_changes_nothing(folder, before):
    record_run(folder, "db", now(), succeeded=before)
    kept = recall(folder).runs["db"]

    def busy():
        with recorded_run(folder, "db", now):
            raise BusyError("in use", "try again")

    with pytest.raises(BusyError):
        busy()
    assert recall(folder).runs["db"] == kept


def test_wrong_settings_are_all_named(folder, monkeypatch, capsys):
    monkeypatch.setenv("LEDGERFLOW_BACKUP_KEEP_PROVEN", "2")
    monkeypatch.setenv("LEDGERFLOW_BACKUP_KEEP_WEEKS", "many")
    assert main(["prune"]) == 1
    error = capsys.readouterr().err
    assert "LEDGERFLOW_BACKUP_KEEP_PROVEN: Input should be greater than or equal to 3" in error
    assert "LEDGERFLOW_BACKUP_KEEP_WEEKS" in error
    assert len(Catalog(folder).entries()) == 5


def test_without_settings_the_promise_holds():
    policy = load_policy({})
    assert (policy.db.hours, policy.full.days, policy.proven) == (48, 7, 3)
