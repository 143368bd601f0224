"""Writers of the audit log: many at once, killed ones, and a disk that is full."""

import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from guard.audit import record
from guard.audit.folder import Head, read_head, segment_name, write_head
from guard.audit.line import CONTINUED, EVENT, Link, encode
from guard.audit.verifying import verify

pytestmark = pytest.mark.guard

REPOSITORY = Path(__file__).resolve().parents[3]
WRITER = """
import sys
from pathlib import Path
from guard.audit import record
folder, name, count, size, limit = Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:])
for number in range(count):
    record(folder, {"event": "decision", "writer": name, "n": number, "note": "x" * size}, limit)
    print(number, flush=True)
"""


def writer(folder: Path, name: str, count: int, size: int = 10, limit: int = 20_000):
    arguments = [str(folder), name, str(count), str(size), str(limit)]
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )


def written(folder: Path) -> list[dict]:
    files = sorted(folder.glob("audit-*.jsonl"))
    lines = [raw for path in files for raw in path.read_bytes().split(b"\n")]
    return [json.loads(raw) for raw in lines if raw.endswith(b"}") and b'"writer"' in raw]


def test_twenty_writers_at_once_lose_nothing(tmp_path):
    writers = [writer(tmp_path, str(number), 15) for number in range(20)]
    for each in writers:
        each.communicate(timeout=120)
        assert each.returncode == 0
    report = verify(tmp_path)
    assert report.intact
    assert not report.sealed
    assert report.files > 1
    lines = written(tmp_path)
    for number in range(20):
        assert [line["n"] for line in lines if line["writer"] == str(number)] == list(range(15))


def test_killed_writers_lose_at_most_the_line_being_written(tmp_path):
    """Long lines, so that kills fall into a line as well as between two."""
    chance = random.Random(4)  # the moments of the kills
    confirmed = 0
    for round_ in range(15):
        process = writer(tmp_path, str(round_), 10_000, 150_000, 3_000_000)
        said = [process.stdout.readline()]
        time.sleep(chance.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
        process.wait()
        numbers = [int(line) for line in said if line.endswith("\n")]
        confirmed += len(numbers)
        of_this = [line["n"] for line in written(tmp_path) if line["writer"] == str(round_)]
        assert of_this[: len(numbers)] == numbers
        assert len(of_this) <= len(numbers) + 1
        assert {damage.kind for damage in verify(tmp_path).damages} <= {"torn"}
    record(tmp_path, {"event": "decision", "writer": "last", "n": 0})
    report = verify(tmp_path)
    assert report.intact
    assert report.lines >= confirmed + 1


def a_log(folder: Path) -> tuple[Path, Head]:
    for number in range(3):
        record(folder, {"event": "decision", "writer": "a", "n": number})
    head = read_head(folder)
    return folder / head.file, head


@pytest.mark.parametrize("left", [1, 2, 40, -2])
def test_a_torn_line_is_found_and_sealed_by_the_next_writer(tmp_path, left):
    path, head = a_log(tmp_path)
    line, _ = encode({"event": "decision", "writer": "b", "n": 0}, head.link)
    with path.open("ab") as file:
        file.write(line[:left])
    [damage] = verify(tmp_path).damages
    assert (damage.kind, damage.line, damage.seq) == ("torn", 5, 5)
    record(tmp_path, {"event": "decision", "writer": "c", "n": 0})
    report = verify(tmp_path)
    assert report.intact
    [sealed] = report.sealed
    assert (sealed.kind, sealed.line) == ("torn", 5)
    assert line[:left] in path.read_bytes()


def test_zeros_of_a_power_cut_are_sealed_as_torn(tmp_path):
    path, _head = a_log(tmp_path)
    with path.open("ab") as file:
        file.write(bytes(300))
    record(tmp_path, {"event": "decision", "writer": "c", "n": 0})
    assert verify(tmp_path).intact
    assert len(verify(tmp_path).sealed) == 1


def test_a_seal_that_was_torn_as_well_is_sealed(tmp_path):
    path, _head = a_log(tmp_path)
    with path.open("ab") as file:
        file.write(b'{"argv":["ps"')
    before = path.stat().st_size
    record(tmp_path, {"event": "decision", "writer": "c", "n": 0})
    whole = path.read_bytes()
    for cut in (before + 1, before + 2, before + 30, len(whole) - 200, len(whole) - 1):
        path.write_bytes(whole[:cut])
        write_head(tmp_path, _head)
        record(tmp_path, {"event": "decision", "writer": "d", "n": 0})
        assert verify(tmp_path).damages == (), cut
        assert verify(tmp_path).sealed


def test_a_sealed_line_that_was_changed_later_is_damage(tmp_path):
    path, _head = a_log(tmp_path)
    with path.open("ab") as file:
        file.write(b'{"argv":["ps"')
    record(tmp_path, {"event": "decision", "writer": "c", "n": 0})
    path.write_bytes(path.read_bytes().replace(b'{"argv":["ps"\n', b'{"argv":["rm"\n'))
    assert verify(tmp_path).damages[0].kind == "foreign"


def test_a_line_that_lacks_nothing_but_its_end_counts(tmp_path):
    path, head = a_log(tmp_path)
    line, _own = encode({"event": "decision", "writer": "b", "n": 0}, head.link)
    with path.open("ab") as file:
        file.write(line[:-1])
    assert verify(tmp_path).intact
    record(tmp_path, {"event": "decision", "writer": "c", "n": 0}, limit=10)
    assert verify(tmp_path).intact
    assert [each["writer"] for each in written(tmp_path)] == ["a", "a", "a", "b", "c"]


def test_a_line_that_the_head_does_not_know_yet_counts(tmp_path):
    path, head = a_log(tmp_path)
    line, own = encode({"event": "decision", "writer": "b", "n": 0}, head.link)
    with path.open("ab") as file:
        file.write(line)
    assert verify(tmp_path).intact
    assert record(tmp_path, {"event": "decision", "writer": "c", "n": 0}) == own.seq + 1
    assert verify(tmp_path).intact
    assert not verify(tmp_path).sealed


@pytest.mark.parametrize("left", [0, 20, None])
def test_a_rotation_that_was_killed_is_gone_on_with(tmp_path, left):
    path, head = a_log(tmp_path)
    line, _own = encode({EVENT: CONTINUED, "file": path.name}, Link(head.seq, head.hash))
    (tmp_path / segment_name(head.seq + 1)).write_bytes(line[:left])
    assert {damage.kind for damage in verify(tmp_path).damages} <= {"torn"}
    for number in range(2):
        record(tmp_path, {"event": "decision", "writer": "c", "n": number})
    assert verify(tmp_path).intact
    assert verify(tmp_path).files == 2


def limited(size: int):
    """Return what makes the disk of a child full: no file of it may grow beyond ``size``."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_a_full_disk_is_an_error_and_leaves_the_log_as_it_was(tmp_path):
    """By the limit on file size: as on a full disk, the beginning of the line is still written."""
    path, _head = a_log(tmp_path)
    before = path.read_bytes()
    result = subprocess.run(
        [sys.executable, "-c", WRITER, str(tmp_path), "b", "1", "500", "4000000"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        preexec_fn=limited(len(before) + 300),
    )
    assert "File too large" in result.stderr
    assert result.stdout == ""
    assert path.read_bytes() == before
    assert verify(tmp_path).intact


def test_a_head_that_cannot_be_written_takes_the_line_back(tmp_path):
    path, _head = a_log(tmp_path)
    before = path.read_bytes()
    (tmp_path / "head.new").mkdir()
    with pytest.raises(OSError, match=r"head\.new"):
        record(tmp_path, {"event": "decision", "writer": "b", "n": 0})
    assert path.read_bytes() == before


def test_only_the_owner_reads_the_log(tmp_path):
    path, _head = a_log(tmp_path / "log")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o700


def test_the_superuser_gives_the_log_to_the_owner_of_its_folder(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("os.chown", lambda what, user, group: given.append((what, user, group)))
    owner = os.stat_result([0o40700, 1, 1, 1, 12345, 54321, 0, 0, 0, 0])
    monkeypatch.setattr("guard.audit.folder._owner", lambda folder: owner)
    monkeypatch.setattr("guard.audit.folder._is_own", lambda descriptor: True)
    a_log(tmp_path / "log")
    assert (tmp_path / "log", 12345, 54321) in given
    assert len(given) >= 4, "the folder, the lock, the lines and the head"
    assert {user for _what, user, _group in given} == {12345}


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path):
    a_log(tmp_path / "log")
    (tmp_path / "log" / "lock").unlink()
    (tmp_path / "log" / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        record(tmp_path / "log", {"event": "decision"})
    assert not (tmp_path / "elsewhere").exists()
