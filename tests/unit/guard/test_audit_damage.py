"""The chain of the audit log: what is done to its files is found and named."""

import json
from pathlib import Path

import pytest

from guard.audit import record
from guard.audit.line import Link, decode, encode
from guard.audit.verifying import verify

pytestmark = pytest.mark.guard

LIMIT = 3_000
"""Bytes of a file of the log, so that a few lines fill several."""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of 20 commands in several files."""
    folder = tmp_path / "audit"
    for number in range(20):
        record(folder, entry(number), LIMIT)
    return folder


def entry(number: int) -> dict[str, object]:
    return {"event": "decision", "argv": ["volume", "ls", str(number)]}


def files(log: Path) -> list[Path]:
    return sorted(log.glob("audit-*.jsonl"))


def change(path: Path, edit) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(edit(lines)))


def first(log: Path) -> tuple[str, int]:
    damage = verify(log).damages[0]
    return damage.kind, damage.seq


def test_an_untouched_log_is_intact_over_its_files(log):
    report = verify(log)
    assert report.intact
    assert report.files == len(files(log)) > 2
    assert report.lines == report.last.seq == 20 + report.files
    beginnings = [json.loads(path.read_bytes().splitlines()[0]) for path in files(log)]
    assert beginnings[0]["event"] == "log-began"
    assert beginnings[0]["previous"] == "0" * 64
    for before, beginning in zip(files(log), beginnings[1:], strict=False):
        last = json.loads(before.read_bytes().splitlines()[-1])
        assert beginning["event"] == "log-continued"
        assert beginning["file"] == before.name
        assert beginning["previous"] == last["hash"]


def test_no_log_is_intact_and_empty(tmp_path):
    report = verify(tmp_path / "audit")
    assert report.intact
    assert report.lines == 0


def test_entries_say_who_when_and_where(log):
    content = json.loads(files(log)[0].read_bytes().splitlines()[1])
    assert {"time", "user", "host", "pid", "directory"} <= content.keys()
    assert content["time"].endswith("+00:00")


def test_an_entry_cannot_set_its_place_in_the_chain(tmp_path):
    with pytest.raises(ValueError, match="seq"):
        record(tmp_path / "audit", {"seq": 7})


@pytest.mark.parametrize("position", [0, 3, -1])
def test_an_edited_line_is_named(log, position):
    path = files(log)[1]
    seq = decode(path.read_bytes().splitlines()[position]).seq

    def edit(lines):
        lines[position] = lines[position].replace(b'"time"', b'"Time"')
        return lines

    change(path, edit)
    assert first(log) == ("edited", seq)
    assert len(verify(log).damages) == 1


def test_a_line_that_was_edited_with_its_hash_is_named(log):
    path = files(log)[1]

    def edit(lines):
        line = decode(lines[2])
        forged, _ = encode({**line.fields, "argv": ["ps"]}, Link(line.seq - 1, line.previous))
        return [*lines[:2], forged, *lines[3:]]

    seq = decode(path.read_bytes().splitlines()[2]).seq
    change(path, edit)
    assert first(log) == ("edited", seq)


def test_the_last_line_edited_with_its_hash_is_named_by_the_head(log):
    path = files(log)[-1]

    def edit(lines):
        line = decode(lines[-1])
        forged, _ = encode({**line.fields, "argv": ["ps"]}, Link(line.seq - 1, line.previous))
        return [*lines[:-1], forged]

    change(path, edit)
    assert first(log) == ("edited", verify(log).last.seq)


def test_a_line_made_unreadable_is_edited(log):
    path = files(log)[0]
    change(path, lambda lines: [*lines[:3], b"#" + lines[3][1:], *lines[4:]])
    assert first(log) == ("edited", 4)
    assert len(verify(log).damages) == 1


def test_a_line_written_otherwise_with_the_same_content_is_edited(log):
    path = files(log)[0]
    change(path, lambda lines: [*lines[:3], lines[3].replace(b'":', b'": ', 1), *lines[4:]])
    assert first(log) == ("edited", 4)


@pytest.mark.parametrize("position", [0, 2, -1])
def test_a_deleted_line_is_named(log, position):
    path = files(log)[1]
    lines = path.read_bytes().splitlines(keepends=True)
    seq = decode(lines[position]).seq
    del lines[position]
    path.write_bytes(b"".join(lines))
    assert first(log) == ("deleted", seq)


def test_a_deleted_file_is_named(log):
    gone = files(log)[1]
    seq = decode(gone.read_bytes().splitlines()[0]).seq
    gone.unlink()
    assert first(log) == ("deleted", seq)


def test_swapped_lines_are_named(log):
    change(files(log)[0], lambda lines: [lines[0], lines[2], lines[1], *lines[3:]])
    assert first(log) == ("reordered", 2)


@pytest.mark.parametrize("line", [b"hello\n", b"{}\n", b'{"seq":"1"}\n', b"\xff\xfe\n", b"[]\n"])
def test_a_foreign_line_is_named(log, line):
    change(files(log)[0], lambda lines: [*lines[:3], line, *lines[3:]])
    assert first(log) == ("foreign", 4)
    assert len(verify(log).damages) == 1


def test_a_copied_line_is_foreign(log):
    change(files(log)[0], lambda lines: [*lines[:3], lines[1], *lines[3:]])
    assert first(log) == ("foreign", 2)


@pytest.mark.parametrize("line", [b"hello\n", b'{"argv":[]}\n'])
def test_a_foreign_line_at_the_end_is_named_also_after_the_next_entry(log, line):
    last = verify(log).last.seq
    with files(log)[-1].open("ab") as file:
        file.write(line)
    assert first(log) == ("foreign", last + 1)
    record(log, entry(99), LIMIT)
    assert first(log) == ("foreign", last + 1)


@pytest.mark.parametrize("lines_cut", [1, 2])
@pytest.mark.parametrize("bytes_left", [0, 25])
def test_a_cut_tail_is_named_also_after_the_next_entries(log, lines_cut, bytes_left):
    record(log, entry(21), LIMIT)
    record(log, entry(22), LIMIT)
    last = verify(log).last.seq
    path = files(log)[-1]
    lines = path.read_bytes().splitlines(keepends=True)
    kept = b"".join(lines[:-lines_cut]) + lines[-lines_cut][:bytes_left]
    path.write_bytes(kept)
    assert first(log) == ("truncated", last - lines_cut + 1)
    for number in (23, 24):
        record(log, entry(number), LIMIT)
        assert first(log) == ("truncated", last - lines_cut + 1)
        assert len(verify(log).damages) == 1


def test_a_lost_last_file_is_named_also_after_the_next_entry(log):
    seq = decode(files(log)[-1].read_bytes().splitlines()[0]).seq
    files(log)[-1].unlink()
    assert first(log) == ("truncated", seq)
    record(log, entry(30), LIMIT)
    assert first(log) == ("deleted", seq)


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b'{"seq":"9"}'])
def test_a_lost_head_is_named_also_after_the_next_entry(log, content):
    (log / "head").unlink()
    if content is not None:
        (log / "head").write_bytes(content)
    assert verify(log).damages[0].kind == "truncated"
    record(log, entry(30), LIMIT)
    report = verify(log)
    assert [damage.kind for damage in report.damages] == ["truncated"]
    assert "head" in report.damages[0].what


def test_a_log_without_head_and_without_a_readable_line_is_gone_on_with(log):
    (log / "head").unlink()
    for path in files(log):
        path.write_bytes(b"nothing\n")
    record(log, entry(30), LIMIT)
    assert not verify(log).intact
    assert all(path.read_bytes() == b"nothing\n" for path in files(log)[:-1])


def test_a_log_made_anew_as_a_whole_is_found_by_a_line_kept_elsewhere(log, tmp_path):
    kept = verify(log).last
    assert verify(log, kept).intact
    other = tmp_path / "other"
    for number in range(20):
        record(other, entry(number), LIMIT)
    assert verify(other).intact
    assert not verify(other, kept).intact
    assert not verify(tmp_path / "none", kept).intact
