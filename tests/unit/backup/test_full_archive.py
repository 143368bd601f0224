"""The archive of a full backup: what goes in comes out, and nothing else does."""

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest

from backup.errors import ArchiveError, DamageError, SourceError
from backup.full import tree
from backup.full.archive import LIST, ArchiveWriter, MemberList, extract
from backup.manifest import MemberFile

pytestmark = pytest.mark.unit

ID = "ledgerflow_full_backup_20261124_020000"
FILES = {"media/a.pdf": b"%PDF" * 1000, "media/ä/ b.txt": b"", "database.sql.gz": b"x" * 70_000}


Archive = tuple[bytes, tuple[MemberFile, ...]]


@pytest.fixture
def archive() -> Archive:
    target = io.BytesIO()
    writer = ArchiveWriter(target)
    for path, content in FILES.items():
        writer.add_bytes(path, content, 1_700_000_000)
    files = writer.finish(ID, 1_700_000_000)
    return target.getvalue(), files


def test_what_goes_in_comes_out(archive: Archive, tmp_path: Path) -> None:
    content, files = archive
    extract(io.BytesIO(content), ID, files, tmp_path)
    assert {path: (tmp_path / path).read_bytes() for path in FILES} == FILES
    assert (tmp_path / "media/a.pdf").stat().st_mtime == 1_700_000_000


def test_any_tar_reads_it(archive: Archive) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive[0])) as tar:
        assert tar.getnames() == [*FILES, LIST]


def test_reading_without_writing_checks_the_same(
    archive: Archive,
) -> None:
    extract(io.BytesIO(archive[0]), ID, archive[1], None)


@pytest.mark.parametrize("length", [0, 511, 5_000, 60_000, -20_000, -10_240])
def test_a_cut_archive_is_found(archive: Archive, length: int) -> None:
    with pytest.raises(DamageError):
        extract(io.BytesIO(archive[0][:length]), ID, archive[1], None)


def test_a_changed_byte_in_a_member_is_found(
    archive: Archive,
) -> None:
    changed = bytearray(archive[0])
    changed[changed.index(b"%PDF") + 100] ^= 1
    with pytest.raises(DamageError, match=r"media/a\.pdf .* is not what was backed up"):
        extract(io.BytesIO(bytes(changed)), ID, archive[1], None)


def test_a_member_that_the_manifest_does_not_know_is_found(
    archive: Archive,
) -> None:
    content, files = archive
    with pytest.raises(DamageError, match="but not in the manifest"):
        extract(io.BytesIO(content), ID, files[1:], None)


def test_a_member_that_is_missing_is_named(
    archive: Archive,
) -> None:
    more = MemberFile(path="media/gone.pdf", size=1, sha256="0" * 64)
    with pytest.raises(DamageError, match=r"media/gone\.pdf is missing"):
        extract(io.BytesIO(archive[0]), ID, [*archive[1], more], None)


def test_the_archive_of_another_backup_is_found(
    archive: Archive,
) -> None:
    with pytest.raises(DamageError, match="is that of"):
        extract(io.BytesIO(archive[0]), ID.replace("02", "03"), archive[1], None)


@pytest.mark.parametrize("path", ["../outside", "/absolute", "media/../../outside", "media//x"])
def test_no_member_leads_out_of_the_folder(path: str, tmp_path: Path) -> None:
    target = io.BytesIO()
    writer = ArchiveWriter(target)
    writer.add_bytes(path, b"hostile", 0)
    files = writer.finish(ID, 0)
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(DamageError, match="leads out of its folder"):
        extract(io.BytesIO(target.getvalue()), ID, files, inside)
    assert not (tmp_path / "outside").exists()


def test_a_link_in_the_archive_is_refused() -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        link = tarfile.TarInfo("media/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(DamageError, match="is no file"):
        extract(io.BytesIO(target.getvalue()), ID, [], None)


def test_a_second_list_is_refused(archive: Archive) -> None:
    target = io.BytesIO()
    writer = ArchiveWriter(target)
    writer.add_bytes(LIST, MemberList(id=ID, files=()).document(), 0)
    writer.add_bytes("media/late", b"late", 0)
    writer.finish(ID, 0)
    with pytest.raises(DamageError, match="after the list"):
        extract(io.BytesIO(target.getvalue()), ID, [], None)


def test_a_truncated_gzip_stream_is_damage_and_no_defect(
    archive: Archive,
) -> None:
    packed = gzip.compress(archive[0])
    with pytest.raises(DamageError), gzip.open(io.BytesIO(packed[: len(packed) // 2])) as stream:
        extract(stream, ID, archive[1], None)  # type: ignore[arg-type]


def test_a_target_that_cannot_be_written_is_no_damage(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file in the way")
    with pytest.raises(ArchiveError, match="could not be written"):
        extract(io.BytesIO(archive[0]), ID, archive[1], tmp_path)


def test_a_look_at_a_folder_finds_files_and_names_the_rest(tmp_path: Path) -> None:
    (tmp_path / "2026").mkdir()
    (tmp_path / "2026" / "b.pdf").write_bytes(b"bb")
    (tmp_path / "a.pdf").write_bytes(b"a")
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / ".ledgerflow-restore").mkdir()
    (tmp_path / ".ledgerflow-restore" / "c").write_bytes(b"c")
    found = tree.look(tmp_path)
    assert [(file.path, file.size) for file in found.files] == [("2026/b.pdf", 2), ("a.pdf", 1)]
    assert found.others == ("link",)
    assert found.size == 3
    assert tree.look(tmp_path / "not there").files == ()


def test_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "growing"
    path.write_bytes(b"first")
    real, calls = os.fstat, []

    def fstat(descriptor: int) -> os.stat_result:
        calls.append(descriptor)
        if len(calls) == 2:
            path.write_bytes(b"second, longer")
        return real(descriptor)

    monkeypatch.setattr(os, "fstat", fstat)
    with tree.copied(tmp_path, "growing", tmp_path) as copy:
        assert copy.content.read() == b"second, longer"
        assert copy.size == len(b"second, longer")


def test_a_file_that_is_gone_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="gone"), tree.copied(tmp_path, "gone", tmp_path):
        pass
