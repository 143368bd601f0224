"""A full backup: database, media and context in one archive, proven, or a named error."""

import os
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pyrage
import pytest
from backup_runs import COMMAND, Backups
from test_database_backup import stopped
from whole_environment import CONFIGURATION, FILES, VERSIONS, furnish, members

from backup.full.archive import DATABASE, LIST
from backup.full.run import MEDIA_LOCK

pytestmark = pytest.mark.integration

NEW_LOCK = f"SELECT pg_try_advisory_lock({MEDIA_LOCK})"


@pytest.fixture
def whole(ledger: Backups) -> Backups:
    """A ledger with media and context."""
    return furnish(ledger)


def test_everything_is_in_one_archive_that_any_tar_reads(whole: Backups):
    done = whole.run("full")
    assert done.returncode == 0, done.stderr
    (entry,) = whole.entries()
    assert entry.proven
    assert entry.manifest.full.versions == VERSIONS
    assert entry.manifest.full.git == {"commit": "0123abc"}
    assert entry.manifest.full.notes == ()
    with tarfile.open(entry.payload_path) as tar:
        names = tar.getnames()
        assert set(names) == {DATABASE, LIST} | members(whole)
        assert names[-1] == LIST
        for path, content in FILES.items():
            assert tar.extractfile(f"media/{path}").read() == content
        assert tar.extractfile("context/stack-config.yaml").read().decode() == CONFIGURATION
    assert whole.files() == sorted(
        f"{entry.id}{end}" for end in (".json", ".proof.json", ".proof.md", ".tar.gz")
    )


def test_an_encrypted_one_is_proven_from_what_went_in_and_again_with_its_key(whole: Backups):
    key = pyrage.x25519.Identity.generate()
    whole.more["RECIPIENTS"] = str(key.to_public())
    done = whole.run("full")
    assert done.returncode == 0, done.stderr
    (entry,) = whole.entries()
    assert entry.proven
    assert entry.payload_path.name.endswith(".tar.gz.age")
    assert b"%PDF" not in entry.payload_path.read_bytes()
    assert not [name for name in whole.files() if name.endswith(".gz")]
    identity = whole.folder / "key"
    identity.write_text(str(key))
    again = whole.run("prove", entry.id, "--identity", str(identity))
    assert again.returncode == 0, again.stderr


def test_files_that_come_meanwhile_are_taken_and_none_may_go(whole: Backups):
    with stopped(whole, "full.dumped", "full", "--no-proof") as process:
        with whole.server.connect(whole.database) as session:
            assert session.execute(NEW_LOCK).fetchone() == (False,), "a sweep could remove media"
        (whole.folder / "media" / "late.txt").write_bytes(b"late")
        process.send_signal(signal.SIGCONT)
        _, err = process.communicate()
    assert process.returncode == 0, err
    (entry,) = whole.entries()
    assert "media/late.txt" in {file.path for file in entry.manifest.full.files}
    with whole.server.connect(whole.database) as session:
        assert session.execute(NEW_LOCK).fetchone() == (True,)


@pytest.mark.parametrize("reason", ["manual", "emergency"])
def test_a_file_that_vanishes_is_an_error_and_in_an_emergency_a_note(whole: Backups, reason: str):
    lost = whole.folder / "media" / "zz-lost.txt"
    lost.write_bytes(b"lost")
    with stopped(whole, "full.file-added:5", "full", "--no-proof", "--reason", reason) as process:
        lost.unlink()
        process.send_signal(signal.SIGCONT)
        _, err = process.communicate()
    if reason == "manual":
        assert process.returncode == 1
        assert "zz-lost.txt cannot be read: No such file" in err
        assert whole.files() == []
        return
    assert process.returncode == 0, err
    (entry,) = whole.entries()
    assert any("zz-lost.txt" in note for note in entry.manifest.full.notes)


@pytest.mark.parametrize("what", ["avatars", "avatars/one.png"])
def test_in_an_emergency_what_cannot_be_read_is_noted_and_the_rest_proven(
    whole: Backups, what: str
):
    (whole.folder / "media" / what).chmod(0)
    done = without_rights(whole, "full", "--no-proof")
    assert done.returncode == 1
    assert f"{what} cannot be read: Permission denied" in done.stderr
    done = without_rights(whole, "full", "--no-proof", "--reason", "emergency")
    assert done.returncode == 0, done.stderr
    assert f"{what} cannot be read" in done.stdout
    (entry,) = whole.entries()
    assert entry.manifest.reason == "emergency"
    assert "media/avatars/one.png" not in {file.path for file in entry.manifest.full.files}
    assert "media/2026/11/empty.txt" in {file.path for file in entry.manifest.full.files}
    assert whole.run("prove", entry.id).returncode == 0


def without_rights(backups: Backups, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command so that a file's mode stops it, as it would not stop root."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]
    return subprocess.run(
        [*(drop if os.geteuid() == 0 else []), sys.executable, "-c", COMMAND, *words],
        env=backups.variables,
        capture_output=True,
        text=True,
    )


def test_a_full_scratch_folder_is_not_mistaken_for_the_archive(whole: Backups):
    limited = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (200_000, 200_000)); "
    done = subprocess.run(
        [sys.executable, "-c", limited + COMMAND, "full"],
        env=whole.variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    assert "scratch cannot hold the dump: File too large" in done.stderr
    assert whole.files() == []


def test_a_context_that_is_no_json_is_named(whole: Backups):
    (whole.folder / "context" / "git.json").write_text("{")
    done = whole.run("full", "--no-proof")
    assert done.returncode == 1
    assert "git.json cannot be understood" in done.stderr
    assert whole.files() == []


def test_a_proof_finds_a_member_changed_and_sealed_anew(whole: Backups, tmp_path: Path):
    assert whole.run("full", "--no-proof").returncode == 0
    (entry,) = whole.entries()
    content = entry.payload_path.read_bytes()
    forged = bytearray(content)
    forged[len(forged) // 3] ^= 0x10
    entry.payload_path.chmod(0o600)
    entry.payload_path.write_bytes(forged)
    assert whole.run("check").returncode == 2
    assert whole.run("prove", entry.id).returncode == 2
    entry.payload_path.write_bytes(content)
    assert whole.run("prove", entry.id).returncode == 0


@pytest.mark.parametrize("step", ["full.media-locked", "full.file-added", "full.archive.ended"])
def test_a_killed_run_lists_nothing_and_the_next_one_clears_it_away(whole: Backups, step: str):
    killed = whole.run("full", LEDGERFLOW_BACKUP_AT_STEP=f"kill:{step}")
    assert killed.returncode == -signal.SIGKILL
    assert whole.entries() == []
    assert whole.files() != []
    done = whole.run("full", "--no-proof")
    assert done.returncode == 0, done.stderr
    (entry,) = whole.entries()
    assert whole.files() == [f"{entry.id}.json", f"{entry.id}.tar.gz"]
