"""Files that rows stand for: in the manifest, in the proof, and after a restore."""

import hashlib
import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from backup_runs import Backups
from test_database_backup import stopped
from test_restore import QUICK, databases
from whole_environment import furnish

from backup.manifest import BlobFiles

pytestmark = pytest.mark.integration

TABLE = "public.documents_blob"
CONTENTS = tuple(f"a file of a person, number {number}".encode() for number in range(3))
SUMS = tuple(hashlib.sha256(content).hexdigest() for content in CONTENTS)


@pytest.fixture
def kept(ledger: Backups) -> Iterator[Backups]:
    """An environment in which three files were received."""
    furnish(ledger)
    ledger.execute(
        f"CREATE TABLE {TABLE} (id bigserial PRIMARY KEY, sha256 text UNIQUE, size bigint)"
    )
    for content in CONTENTS:
        receive(ledger, content)
    try:
        yield ledger
    finally:
        for name in databases(ledger):
            ledger.server.drop_database(name)


def place(backups: Backups, sha256: str) -> Path:
    return backups.folder / "media" / "blobs" / sha256[:2] / sha256[2:4] / sha256


def receive(backups: Backups, content: bytes) -> str:
    """Do as the application does: the file under its final name first, then its row."""
    sha256 = hashlib.sha256(content).hexdigest()
    incoming = backups.folder / "media" / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    (incoming / sha256[:8]).write_bytes(content)
    place(backups, sha256).parent.mkdir(parents=True, exist_ok=True)
    (incoming / sha256[:8]).rename(place(backups, sha256))
    backups.execute(f"INSERT INTO {TABLE} (sha256, size) VALUES ('{sha256}', {len(content)})")
    return sha256


def full(backups: Backups, *words: str):
    """Make a full backup and return its entry."""
    done = backups.run("full", *words)
    assert done.returncode == 0, done.stderr
    return backups.entries()[-1]


def steps_of(done) -> dict[str, tuple[bool, str]]:
    """Return the verification of a restore by its steps' names."""
    return {each["step"]: (each["ok"], each["words"]) for each in json.loads(done.stdout)["steps"]}


def test_rows_and_bytes_are_counted_and_a_proof_compares_the_files(kept: Backups):
    entry = full(kept)
    size = sum(map(len, CONTENTS))
    assert entry.manifest.full.blobs == BlobFiles(rows=3, size=size)
    assert entry.manifest.contents.blobs[TABLE].model_dump() == {"rows": 3, "size": size}
    assert entry.manifest.full.notes == ()
    compared = {each.subject: each for each in entry.proof.comparisons}["files of rows"]
    assert (compared.compared, compared.differences) == (3, ())
    assert "Files of public.documents_blob: 3" in entry.evidence_path.read_text()


def test_a_database_backup_counts_them_too(kept: Backups):
    assert kept.run("db", "--no-proof").returncode == 0
    (entry,) = kept.entries()
    assert entry.manifest.contents.blobs[TABLE].rows == 3


def test_what_is_lost_in_the_source_is_named_and_fails_neither_proof_nor_restore(kept: Backups):
    missing, short, other = SUMS
    place(kept, missing).unlink()
    place(kept, short).write_bytes(CONTENTS[1][:-1])
    place(kept, other).write_bytes(CONTENTS[2][::-1])
    entry = full(kept)
    assert entry.proven
    found = entry.manifest.full.blobs
    assert (found.missing, found.damaged) == ((missing,), tuple(sorted((short, other))))
    assert entry.manifest.full.notes == (
        f"missing in the source: 1 file: {missing}",
        f"damaged in the source: 2 files: {', '.join(sorted((short, other)))}",
    )
    assert f"missing in the source: 1 file: {missing}" in entry.evidence_path.read_text()
    done = kept.run("restore", entry.id, "--no-safety-backup", "--json")
    assert done.returncode == 0, done.stderr
    ok, words = steps_of(done)["files of rows"]
    assert ok
    assert "lost before the backup was taken: 3 files" in words


def test_a_file_that_is_received_meanwhile_is_taken_and_what_is_on_its_way_is_not(kept: Backups):
    passing = kept.folder / "media" / "incoming" / "half"
    passing.write_bytes(b"half a file")
    with stopped(kept, "full.dumped", "full") as process:
        late = receive(kept, b"received while the backup runs")
        passing.unlink()
        process.send_signal(signal.SIGCONT)
        _, err = process.communicate()
    assert process.returncode == 0, err
    (entry,) = kept.entries()
    assert entry.proven
    assert entry.manifest.full.blobs.rows == 3, "the snapshot was taken before"
    paths = {file.path for file in entry.manifest.full.files}
    assert f"media/blobs/{late[:2]}/{late[2:4]}/{late}" in paths
    assert not [path for path in paths if path.startswith("media/incoming/")]


def test_a_file_on_its_way_that_goes_while_media_are_read_fails_nothing(kept: Backups):
    passing = kept.folder / "media" / "incoming" / "zz-half"
    passing.write_bytes(b"half a file")
    with stopped(kept, "full.file-added:2", "full", "--no-proof") as process:
        passing.unlink()
        process.send_signal(signal.SIGCONT)
        _, err = process.communicate()
    assert process.returncode == 0, err


def test_a_restore_of_the_database_alone_tells_of_files_that_are_gone_since(kept: Backups):
    assert kept.run("db", "--no-proof").returncode == 0
    (entry,) = kept.entries()
    place(kept, SUMS[0]).unlink()
    done = kept.run("restore", entry.id, *QUICK, "--json")
    assert done.returncode == 2
    ok, words = steps_of(done)["files of rows"]
    assert not ok
    assert words == f"missing or of another size: 1 file: {SUMS[0]}; a full backup may have them"


def test_a_full_restore_brings_the_files_back(kept: Backups):
    entry = full(kept, "--no-proof")
    for sha256 in SUMS:
        place(kept, sha256).unlink()
    done = kept.run("restore", entry.id, *QUICK, "--json")
    assert done.returncode == 0, done.stderr
    assert steps_of(done)["files of rows"] == (
        True,
        f"3 files of {sum(map(len, CONTENTS))} bytes were backed up",
    )
    assert [place(kept, sha256).read_bytes() for sha256 in SUMS] == list(CONTENTS)
