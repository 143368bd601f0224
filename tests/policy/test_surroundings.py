"""What rules ask of the machine: symlinks, the lock file, the backup catalogue."""

import json
from datetime import timedelta

import pytest
from backup_files import write_backup
from rule_cases import resource

from backup.clock import now as utc_now
from policies.judge import alone
from policies.surroundings import locked_images, real_path, surroundings, synced
from policies.view import BackupAnswer

pytestmark = pytest.mark.policy


def violations(path, tmp_path):
    made = resource("container", push={"volumes": {"hostPath": str(path), "containerPath": "/x"}})
    return {v.rule for v in alone([made], surroundings(tmp_path))}


def test_synced_folder_behind_a_symlink(tmp_path):
    (tmp_path / "Dropbox" / "db").mkdir(parents=True)
    (tmp_path / "data").symlink_to(tmp_path / "Dropbox" / "db")
    assert violations(tmp_path / "data", tmp_path) == {"LF004"}
    assert violations(tmp_path / "data" / "deeper", tmp_path) == {"LF004"}
    assert violations(tmp_path, tmp_path) == set()


def test_symlinks_that_go_round_count_as_synced(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert synced(str(tmp_path / "a")) is not None
    assert synced(str(tmp_path)) is None
    assert real_path(str(tmp_path / "a")) == str(tmp_path / "a")


def test_docker_socket_behind_a_symlink(tmp_path):
    (tmp_path / "innocent").symlink_to("/var/run/docker.sock")
    assert violations(tmp_path / "innocent", tmp_path) == {"LF021"}
    (tmp_path / "docker.sock").symlink_to("/srv/other")
    assert violations(tmp_path / "docker.sock", tmp_path) == {"LF021"}


@pytest.mark.parametrize("text", ["", "{", "{}", "[1, {}]", '[{"reference": 1}]'])
def test_unusable_lock_file_locks_nothing(tmp_path, text):
    lock = tmp_path / "images.lock.json"
    lock.write_text(text)
    assert locked_images(lock) == frozenset()
    assert locked_images(tmp_path / "absent") == frozenset()


def test_lock_file_of_this_repository(repository):
    entries = json.loads((repository / "images.lock.json").read_text())
    found = surroundings(repository).locked_images
    assert found == {entry["reference"] for entry in entries}
    assert found


def test_the_archive_is_asked_for_a_backup(tmp_path, monkeypatch):
    monkeypatch.setenv("LEDGERFLOW_ARCHIVE", str(tmp_path / "archive"))
    around = surroundings(tmp_path)
    assert around.backup("prod").fresh is False
    assert "no verified backup of prod exists" in around.backup("prod").reason
    write_backup(tmp_path / "archive" / "backups", "prod", timedelta(hours=1), now=utc_now())
    assert around.backup("prod") == BackupAnswer(fresh=True, reason="")
    assert around.backup("staging").fresh is False


def test_mistakes_in_the_backups_settings_are_no_backup(tmp_path):
    (tmp_path / "Pulumi.prod-backup.yaml").write_text("config:\n  backup:max_age_hours: soon\n")
    answer = surroundings(tmp_path).backup("prod")
    assert answer.fresh is False
    assert "backup:max_age_hours" in answer.reason


def test_a_change_is_previewed_unless_said_otherwise(tmp_path):
    assert surroundings(tmp_path).previewing is True
    assert surroundings(tmp_path, previewing=False).previewing is False
    assert surroundings(tmp_path).environment is None
    assert surroundings(tmp_path, environment="dr").environment == "dr"
