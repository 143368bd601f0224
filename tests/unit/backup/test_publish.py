"""Files get into the archive whole or not at all."""

import errno
import os
import stat
from collections import Counter

import pytest

from backup import publish
from backup.errors import ArchiveError
from backup.steps import ACT_VARIABLE, TRACE_VARIABLE

pytestmark = pytest.mark.unit


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_published_file_is_whole_read_only_and_alone(tmp_path):
    with publish.publication(tmp_path, "it", "payload") as sink:
        sink.write(b"one")
        sink.write(memoryview(b"two"))
        assert not (tmp_path / "it").exists()
    assert (tmp_path / "it").read_bytes() == b"onetwo"
    assert stat.S_IMODE((tmp_path / "it").stat().st_mode) == publish.FILE_MODE
    assert sink.size == 6
    assert names(tmp_path) == ["it"]


@pytest.mark.parametrize("step", ["opened", "written", "synced"])
def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch, step):
    monkeypatch.setenv(ACT_VARIABLE, f"fail:publish.payload.{step}")
    monkeypatch.setattr("backup.steps._passed", Counter())
    with pytest.raises(ArchiveError, match="No space left") as error:
        publish.publish_bytes(tmp_path, "it", b"data", "payload")
    assert "make room" in error.value.remedy
    assert names(tmp_path) == []


def test_an_error_of_the_caller_leaves_nothing_and_passes(tmp_path):
    def give_up():
        with publish.publication(tmp_path, "it", "payload") as sink:
            sink.write(b"data")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    assert names(tmp_path) == []


def test_what_is_there_is_not_overwritten_unless_asked(tmp_path):
    publish.publish_bytes(tmp_path, "it", b"first", "payload")
    with pytest.raises(ArchiveError, match="File exists"):
        publish.publish_bytes(tmp_path, "it", b"second", "payload")
    assert (tmp_path / "it").read_bytes() == b"first"
    publish.publish_bytes(tmp_path, "it", b"third", "proof", replace=True)
    assert (tmp_path / "it").read_bytes() == b"third"
    assert names(tmp_path) == ["it"]


def test_a_folder_that_is_gone_is_named(tmp_path):
    with pytest.raises(ArchiveError, match="gone") as error:
        publish.publish_bytes(tmp_path / "gone", "it", b"", "payload")
    assert "unmounted" in error.value.remedy


def test_a_file_that_lost_bytes_on_its_way_is_not_published(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: (real(fd, data[:-1]), len(data))[1])
    with pytest.raises(ArchiveError, match="1 bytes are in the file, 2 were written"):
        publish.publish_bytes(tmp_path, "it", b"ab", "payload")
    assert names(tmp_path) == []


def test_short_writes_are_continued(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[:3]))
    publish.publish_bytes(tmp_path, "it", b"0123456789", "payload")
    assert (tmp_path / "it").read_bytes() == b"0123456789"


def test_only_unfinished_files_are_swept(tmp_path):
    ours = f".ledgerflow_db_backup_20260101_000000.sql.gz.{'0' * 12}.partial"
    for name in (ours, "notes.partial", ".hidden", "ledgerflow.partial"):
        (tmp_path / name).touch()
    assert publish.sweep_partials(tmp_path) == [ours]
    assert names(tmp_path) == [".hidden", "ledgerflow.partial", "notes.partial"]


def test_a_folder_that_cannot_be_forced_to_disk_is_fine_and_a_broken_disk_is_not(
    tmp_path, monkeypatch
):
    def refuse(number):
        def fsync(descriptor):
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(number, os.strerror(number))

        return fsync

    monkeypatch.setattr(os, "fsync", refuse(errno.EINVAL))
    publish.publish_bytes(tmp_path, "shared", b"x", "payload")
    monkeypatch.setattr(os, "fsync", refuse(errno.EIO))
    with pytest.raises(ArchiveError, match="Input/output error"):
        publish.publish_bytes(tmp_path, "broken", b"x", "payload")


def test_every_step_of_a_publication_has_a_name(tmp_path, monkeypatch):
    trace = tmp_path / "trace"
    monkeypatch.setenv(TRACE_VARIABLE, str(trace))
    publish.publish_bytes(tmp_path, "it", b"x", "manifest")
    expected = ("opened", "written", "synced", "renamed", "published")
    assert trace.read_text().split() == [f"publish.manifest.{name}" for name in expected]
