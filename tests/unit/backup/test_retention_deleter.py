"""What a removal leaves behind, also when it is interrupted or the archive changed meanwhile."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from backup.catalog import Catalog
from backup.errors import ArchiveError, RetentionError
from backup.retention.audit import AUDIT_NAME
from backup.retention.deleter import prune, subject_of
from backup.retention.memory import recall, record_clock, record_run, run_name
from backup.retention.model import FOREVER, ClockMemory, Keep, Outcome, Policy
from backup.retention.pins import pin, pin_path, pinned_until, unpin
from backup.retention.report import report
from tests.unit.backup.whole_backups import write_proof, write_whole_backup

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
DAY = timedelta(days=1)
POLICY = Policy(db=Keep(), full=Keep())


@pytest.fixture
def catalog(tmp_path):
    """Five proven backups, of which the two oldest are redundant."""
    folder = tmp_path / "dev"
    for days in range(1, 6):
        write_whole_backup(folder, NOW - days * DAY)
    record_run(folder, "db", NOW, succeeded=True)
    record_clock(folder, ClockMemory(NOW - timedelta(hours=1)))
    return Catalog(folder)


def decide(catalog):
    subjects = [subject_of(entry) for entry in catalog.entries()]
    return report(subjects, POLICY, recall(catalog.folder).circumstances(NOW))


def days_left(catalog):
    return [(NOW - entry.created).days for entry in catalog.entries()]


def audit(catalog):
    lines = (catalog.folder / AUDIT_NAME).read_text().splitlines()
    return [(line["action"], line["id"]) for line in map(json.loads, lines)]


def test_removes_what_the_report_says_and_nothing_of_it_stays(catalog):
    oldest, older = (entry.id for entry in catalog.entries()[:2])
    assert prune(catalog, decide(catalog), NOW) == [oldest, older]
    assert days_left(catalog) == [3, 2, 1]
    assert catalog.strays() == []
    assert not list(catalog.folder.glob(f"{oldest}*"))
    assert audit(catalog) == [
        ("removing", oldest), ("removed", oldest), ("removing", older), ("removed", older),
    ]  # fmt: skip


def test_an_audit_line_says_why_and_what_replaces_it(catalog):
    prune(catalog, decide(catalog), NOW)
    line = json.loads((catalog.folder / AUDIT_NAME).read_text().splitlines()[0])
    assert line["reasons"] == ["4 newer proven backups make it redundant"]
    assert line["replaced_by"] == [entry.id for entry in catalog.entries()[::-1]]
    assert line["at"] == "2026-11-24T03:00:00+00:00"


@pytest.mark.parametrize("step", ["manifest", "proof", "evidence", "pin"])
def test_an_interrupted_removal_leaves_no_half_backup(catalog, monkeypatch, step):
    def interrupted(name):
        if name == f"remove.{step}":
            raise KeyboardInterrupt

    monkeypatch.setattr("backup.publish.step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prune(catalog, decide(catalog), NOW)
    assert days_left(catalog) == [4, 3, 2, 1]
    assert all(entry.proven for entry in catalog.entries())
    assert catalog.strays() == []
    assert [action for action, _ in audit(catalog)] == ["removing"]


def test_nothing_goes_when_a_proven_one_lost_its_payload_meanwhile(catalog):
    decided = decide(catalog)
    catalog.entries()[-1].payload_path.unlink()
    with pytest.raises(RetentionError, match="is not whole any more"):
        prune(catalog, decided, NOW)
    assert days_left(catalog) == [5, 4, 3, 2, 1]


def test_nothing_goes_when_a_proof_failed_meanwhile(catalog):
    decided = decide(catalog)
    write_proof(catalog.folder, catalog.entries()[-1].manifest, "failed")
    with pytest.raises(RetentionError, match="is not whole any more"):
        prune(catalog, decided, NOW)
    assert len(catalog.entries()) == 5


def test_a_backup_that_was_pinned_meanwhile_stays(catalog):
    decided = decide(catalog)
    pin(catalog.entries()[0], "for the auditor", NOW)
    with pytest.raises(RetentionError, match="changed while retention ran"):
        prune(catalog, decided, NOW)
    assert len(catalog.entries()) == 5


def test_no_audit_line_no_removal(catalog):
    decided = decide(catalog)
    (catalog.folder / AUDIT_NAME).mkdir()
    with pytest.raises(ArchiveError, match="could not be written"):
        prune(catalog, decided, NOW)
    assert len(catalog.entries()) == 5


def test_a_pin_keeps_until_it_ends_or_is_taken_away(catalog):
    oldest, older, *_ = catalog.entries()
    pin(oldest, "for the auditor", NOW)
    pin(older, "until the review", NOW, until=NOW + DAY)
    assert pinned_until(oldest) == FOREVER
    assert pinned_until(older) == NOW + DAY
    assert decide(catalog).removable == ()
    assert unpin(oldest)
    assert not unpin(oldest)
    assert [row.subject.id for row in decide(catalog).removable] == [oldest.id]


def test_a_pin_that_cannot_be_read_still_pins(catalog):
    oldest = catalog.entries()[0]
    pin(oldest, "for the auditor", NOW, until=NOW - DAY)
    path = pin_path(oldest)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"auditor", b"Auditor"))
    assert pinned_until(oldest) == FOREVER


def test_a_run_that_failed_is_remembered_until_one_succeeds(catalog):
    record_run(catalog.folder, "db", NOW, succeeded=False)
    assert decide(catalog).holds == ("the last db backup run failed",)
    record_run(catalog.folder, "full", NOW, succeeded=True)
    assert decide(catalog).holds == ("the last db backup run failed",)
    record_run(catalog.folder, "db", NOW, succeeded=True)
    assert decide(catalog).holds == ()


def test_a_memory_that_was_changed_is_none_and_nothing_goes(catalog):
    path = catalog.folder / run_name("db")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"succeeded", b"failed"))
    assert recall(catalog.folder).runs == {}
    assert recall(catalog.folder).circumstances(NOW).outcomes.get("db", Outcome.UNKNOWN) == (
        Outcome.UNKNOWN
    )
    assert decide(catalog).holds == ("it is not known how the last db backup run ended",)
