"""The archive's place on the machine, and whose it is."""

import os
from pathlib import Path

import pytest

from infra import archive
from infra.archive import ArchiveFolderError, archive_folder, host, prepared_host, settings_of
from infra.backup_settings import BackupSettings, environment_of

pytestmark = pytest.mark.unit

DEV = BackupSettings(environment="dev")


def test_it_lies_beside_the_checkout():
    found = archive_folder(Path("/home/ann/ledgerflow"), DEV, {})
    assert found == Path("/home/ann/LedgerFlow_Archive/backups/dev")


def test_a_variable_moves_it():
    found = archive_folder(Path("/x/y"), DEV, {"LEDGERFLOW_ARCHIVE": "/mnt/disk"})
    assert found == Path("/mnt/disk/backups/dev")


def test_a_setting_counts_more_than_the_variable():
    settings = BackupSettings(environment="dev", archive="/mnt/raid")
    found = archive_folder(Path("/x/y"), settings, {"LEDGERFLOW_ARCHIVE": "/mnt/disk"})
    assert found == Path("/mnt/raid/backups/dev")


def test_without_a_file_the_defaults_hold(tmp_path):
    assert settings_of(tmp_path, "dev") == DEV


def test_the_file_of_the_stack_is_read(tmp_path):
    (tmp_path / "Pulumi.dev-backup.yaml").write_text("config:\n  backup:max_age_hours: 30\n")
    assert settings_of(tmp_path, "dev").max_age_hours == 30


@pytest.mark.parametrize(
    ("stack", "environment"),
    [("dev-backup", "dev"), ("test-a1-backup", "test-a1"), ("dev", None), ("x-backup", None)],
)
def test_the_name_of_a_stack_says_whose_backups_it_makes(stack, environment):
    assert environment_of(stack) == environment


def prepare(tmp_path):
    return prepared_host(tmp_path, DEV, {"LEDGERFLOW_ARCHIVE": str(tmp_path / "archive")})


def test_it_is_made_for_the_user_of_the_container(tmp_path):
    found = prepare(tmp_path)
    state = found.archive.stat()
    assert state.st_mode & 0o7777 == 0o2770
    assert (found.archive / ".lock").stat().st_mode & 0o777 == 0o660
    assert found.group == state.st_gid
    if os.geteuid() == 0:
        assert (state.st_uid, state.st_gid) == (999, 999)
    assert found.context.stat().st_gid == found.group
    assert prepare(tmp_path) == found


def test_looking_makes_nothing(tmp_path):
    host(tmp_path, DEV, {"LEDGERFLOW_ARCHIVE": str(tmp_path / "archive")})
    assert list(tmp_path.iterdir()) == []


def test_an_archive_of_somebody_else_is_one_clear_error(tmp_path):
    found = prepare(tmp_path)
    found.archive.chmod(0o500)
    with pytest.raises(ArchiveFolderError, match=f"{found.archive} cannot be written") as error:
        prepare(tmp_path)
    assert "chown 999" in error.value.remedy


def test_the_group_may_write_instead_of_the_owner(tmp_path, monkeypatch):
    found = prepare(tmp_path)
    monkeypatch.setattr(archive, "SYSTEM_USER", 12345)
    assert prepare(tmp_path) == found


def test_a_place_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(ArchiveFolderError, match="cannot be made: Not a directory") as error:
        prepare(tmp_path)
    assert "LEDGERFLOW_ARCHIVE" in error.value.remedy
