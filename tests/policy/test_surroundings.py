"""What rules ask of the machine: symlinks, the lock file, the backup catalogue."""

import json

import pytest
from rule_cases import resource

from policies.judge import alone
from policies.surroundings import backup, locked_images, real_path, surroundings, synced

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


@pytest.mark.parametrize(("code", "fresh"), [(0, True), (1, False), (3, False)])
def test_backup_catalogue_answers_by_exit_code(tmp_path, monkeypatch, code, fresh):
    command = tmp_path / "ledgerflow-backup"
    command.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\necho canary\nexit {code}\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    answer = backup("prod")
    assert answer.fresh is fresh
    assert "canary" not in answer.reason
    assert bool(answer.reason) is not fresh
    asked = (tmp_path / "asked").read_text().split()
    assert asked == ["status", "--require-fresh", "--environment", "prod"]


def test_no_backup_command_is_no_answer(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("policies.surroundings.sys.executable", str(tmp_path / "python"))
    assert backup("prod").fresh is None
    assert "ledgerflow-backup" in backup("prod").reason


def test_backup_command_beside_the_interpreter_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("policies.surroundings.sys.executable", str(tmp_path / "python"))
    command = tmp_path / "ledgerflow-backup"
    command.write_text("#!/bin/sh\nexit 0\n")
    command.chmod(0o755)
    assert backup("prod").fresh is True


def test_backup_command_that_cannot_run_is_no_backup(tmp_path, monkeypatch):
    command = tmp_path / "ledgerflow-backup"
    command.write_bytes(b"\x00not a program")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = backup("prod")
    assert answer.fresh is False
    assert "did not answer" in answer.reason


def test_backup_command_that_hangs_is_no_backup(tmp_path, monkeypatch):
    command = tmp_path / "ledgerflow-backup"
    command.write_text("#!/bin/sh\nexec sleep 60\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr("policies.surroundings.BACKUP_SECONDS", 0.1)
    assert backup("prod").fresh is False
