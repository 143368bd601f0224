"""Leftovers of a killed run are cleared; a payload that lost its manifest never is."""

import pytest

from backup.catalog import Catalog
from backup.unfinished import settle_all, unfinished

pytestmark = pytest.mark.unit
ID = "ledgerflow_db_backup_20261124_020000"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_fails_leaves_nothing(tmp_path):
    def interrupted():
        with unfinished(tmp_path, ID):
            (tmp_path / f"{ID}.sql.gz").write_bytes(b"payload")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert names(tmp_path) == []


def test_what_a_kill_leaves_is_cleared_by_the_next_run(tmp_path):
    (tmp_path / f".{ID}.unfinished").touch()
    (tmp_path / f"{ID}.sql.gz").write_bytes(b"payload")
    (tmp_path / f"{ID}.proof.md").write_bytes(b"evidence")
    assert settle_all(tmp_path) == [f"{ID}.proof.md", f"{ID}.sql.gz"]
    assert names(tmp_path) == []


def test_a_kill_after_the_manifest_leaves_a_whole_backup(tmp_path):
    for name in (f".{ID}.unfinished", f"{ID}.sql.gz", f"{ID}.json"):
        (tmp_path / name).touch()
    assert settle_all(tmp_path) == []
    assert names(tmp_path) == [f"{ID}.json", f"{ID}.sql.gz"]


def test_a_payload_that_lost_its_manifest_stays_and_is_named(tmp_path):
    (tmp_path / f"{ID}.sql.gz").write_bytes(b"the only one")
    other = ID.replace("02", "03", 1)
    (tmp_path / f".{other}.unfinished").touch()
    settle_all(tmp_path)
    assert names(tmp_path) == [f"{ID}.sql.gz"]
    assert [path.name for path in Catalog(tmp_path).strays()] == [f"{ID}.sql.gz"]


def test_the_note_goes_when_all_went_well(tmp_path):
    with unfinished(tmp_path, ID):
        assert names(tmp_path) == [f".{ID}.unfinished"]
    assert names(tmp_path) == []
