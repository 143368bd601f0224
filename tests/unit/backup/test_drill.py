"""Drills: which backups are restored, and what their records say afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
from backup_files import NOW, write_backup

from backup.catalog import Catalog
from backup.drill import Drill, Drilled, choose, last_passed, others, page

pytestmark = pytest.mark.unit

BEGUN = datetime(2026, 3, 8, 3, 30, tzinfo=UTC)


def record(folder, begun, *results):
    drilled = tuple(
        Drilled(id=f"b{n}", manifest_sha256="0" * 64, result=result, seconds=2, problem=None)
        for n, result in enumerate(results)
    )
    made = Drill(environment="dev", begun=begun, seconds=4, backups=drilled)
    (folder / "drills").mkdir(parents=True, exist_ok=True)
    path = folder / "drills" / f"ledgerflow_drill_{begun:%Y%m%d_%H%M%S}.json"
    path.write_bytes(made.document())
    return made, path


def test_the_newest_and_the_oldest_of_each_kind_are_restored_and_the_other_proven_ones_checked(
    tmp_path,
):
    wanted = set()
    for hours, kind, proof, chosen in (
        (1, "db", None, False),
        (2, "db", "proven", True),
        (3, "db", "proven", False),
        (4, "db", "proven", True),
        (5, "db", "failed", False),
        (6, "full", "proven", True),
    ):
        made = write_backup(tmp_path, "dev", timedelta(hours=hours), kind=kind, proof=proof)
        wanted |= {made} if chosen else set()
    entries = Catalog(tmp_path / "dev").entries()
    chosen = choose(entries)
    assert {entry.id for entry, _ in chosen} == wanted
    (other,) = others(entries, chosen)
    assert other[0].created == NOW - timedelta(hours=3)


def test_nothing_proven_is_nothing_to_restore(tmp_path):
    write_backup(tmp_path, "dev", timedelta(hours=1), proof=None)
    assert choose(Catalog(tmp_path / "dev").entries()) == []


def test_the_last_drill_that_passed_counts(tmp_path):
    assert last_passed(tmp_path) is None
    record(tmp_path, BEGUN, "restored", "checked")
    record(tmp_path, BEGUN + timedelta(days=7), "restored", "failed")
    assert last_passed(tmp_path) == BEGUN


def test_a_damaged_record_counts_for_nothing(tmp_path):
    _, path = record(tmp_path, BEGUN, "restored")
    path.write_bytes(path.read_bytes().replace(b"restored", b"checked "))
    assert last_passed(tmp_path) is None


def test_the_page_is_for_people(tmp_path):
    made, _ = record(tmp_path, BEGUN, "restored", "failed")
    text = page(made)
    assert text.startswith("# Drill of dev, 2026-03-08 03:30:00 UTC: FAILED")
    assert "| b1 | failed | 2.0 |  |" in text
