"""Machines that fail: each fault ends in a named error or in a good backup, and loses nothing.

A dump that is killed, a wrong password, a server that restarts and two runs at once are tried in
`test_database_backup.py`; stores and networks that fail in `test_offsite_faults.py`.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from backup_runs import COMMAND, Backups

from backup import gate
from backup.check import check
from backup.clock import now
from backup.database import back_up_database
from tests.integration.backup.killing import ACT_VARIABLE, assert_gone, boundaries, ended, fork

pytestmark = pytest.mark.integration

ALONE = ("unshare", "--mount")
"""Mounts of its own, which end with it."""
ALONE_AS_USER = ("unshare", "--mount", "--map-current-user", "--keep-caps")
_MOUNT = 'mount -t tmpfs -o "$1" lftest "$2" && '
SMALL_DISK = f'{_MOUNT} shift 2 && exec "$@"'
READ_ONLY_DISK = f'{_MOUNT} mount -o remount,ro "$2" && shift 2 && exec "$@"'
SLOW_DISK = """
import os, time
write, fsync = os.write, os.fsync
def slow_write(descriptor, data):
    time.sleep(0.02)
    return write(descriptor, data[:16384])
def slow_fsync(descriptor):
    time.sleep(0.3)
    fsync(descriptor)
os.write, os.fsync = slow_write, slow_fsync
"""
UNLISTED = {
    f"publish.{part}.{moment}"
    for part in ("payload", "manifest")
    for moment in ("opened", "written", "synced")
} | {"publish.payload.renamed", "publish.payload.published"}
"""Moments of a backup's publication at which it is none yet."""


@pytest.fixture
def filled(backups: Backups) -> Backups:
    """A database of some ten megabytes that hardly compress."""
    backups.execute("CREATE TABLE page (id int PRIMARY KEY, text text)")
    backups.execute("ALTER TABLE page ALTER text SET STORAGE EXTERNAL")
    backups.execute(
        "INSERT INTO page SELECT n, (SELECT string_agg(md5(n::text || m), '')"
        " FROM generate_series(1, 31) AS m) FROM generate_series(1, 10000) AS n"
    )
    return backups


def on_disk(backups: Backups, script: str, options: str, folder: Path, *words: str):
    """Run the command with a disk of its own mounted on `folder`."""
    folder.mkdir(exist_ok=True)
    unshare = ALONE if os.geteuid() == 0 else ALONE_AS_USER
    command = [*unshare, "sh", "-c", script, "sh", f"mode=0777,{options}", str(folder)]
    command += [sys.executable, "-c", COMMAND, *words]
    return subprocess.run(
        command, env=backups.variables, capture_output=True, text=True, timeout=300
    )


@contextmanager
def halted(backups: Backups, step: str, *words: str):
    """Give a run that has stopped at `step`, and let it go on afterwards."""
    process = backups.start(*words, **{ACT_VARIABLE: f"stop:{step}"})
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), process.communicate()
    try:
        yield process
    except BaseException:
        process.kill()
        process.communicate()
        raise
    process.send_signal(signal.SIGCONT)


def end_of(process: "subprocess.Popen[str]") -> tuple[int, str]:
    _, err = process.communicate(timeout=300)
    assert "Traceback" not in err
    return process.returncode, err


def test_a_full_disk_is_named_and_nothing_is_listed(filled: Backups):
    archive = filled.folder / "archive"
    done = on_disk(filled, SMALL_DISK, "size=2m", archive, "db", "--json")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["error"] == "archive"
    assert "No space left on device" in done.stderr
    assert "make room on the disk" in done.stderr
    assert_gone(filled)


def test_a_disk_that_is_full_for_the_papers_leaves_no_part(filled: Backups):
    """At each moment of each publication: named, and cleared away at once."""
    filled.execute("DELETE FROM page WHERE id > 300")  # some forty runs, and none is about size
    assert filled.run("db", "--no-proof").returncode == 0
    before = filled.files()
    steps = [at for at in boundaries(filled, "db", "--no-proof") if "publish" in at.step]
    assert {at.step for at in steps} > UNLISTED
    for entry in filled.entries()[1:]:
        for path in (entry.manifest_path, entry.payload_path):
            path.unlink()
    assert filled.files() == before
    for at in steps:
        known = set(filled.files())
        act = {ACT_VARIABLE: f"fail:{at.step}:{at.number}"}
        assert ended(fork(filled, at.words, **act)) == 1, str(at)
        said = (filled.folder / "out").read_text()
        assert "No space left on device" in said
        assert "Traceback" not in said
        left = set(filled.files()) - known
        assert not [name for name in left if name.endswith(".partial")], str(at)
        if at.step in UNLISTED:
            assert not [name for name in left if name.endswith(".json")], str(at)
        for entry in filled.entries():
            assert check(entry) == (), str(at)


def test_a_read_only_archive_is_named(filled: Backups):
    archive = filled.folder / "archive"
    done = on_disk(filled, READ_ONLY_DISK, "size=2m", archive, "db", "--json")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["error"] == "archive"
    assert "Read-only file system" in done.stderr
    assert "writable for user id" in done.stderr


@pytest.mark.parametrize("size", ["12m", "52m"], ids=["at once", "while loading"])
def test_a_full_scratch_disk_says_nothing_against_the_backup(filled: Backups, size):
    scratch = filled.folder / "scratch"
    done = on_disk(filled, SMALL_DISK, f"size={size}", scratch, "db", "--json")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["error"] == "scratch", done.stderr
    assert "scratch folder" in done.stderr
    (entry,) = filled.entries()
    assert entry.proof is None
    assert check(entry) == ()
    assert_gone(filled)
    again = filled.run("prove", entry.id)
    assert again.returncode == 0, again.stderr
    assert filled.entries()[0].proven


def test_a_slow_disk_makes_a_good_backup(filled: Backups):
    filled.execute("DELETE FROM page WHERE id > 3000")
    done = subprocess.run(
        [sys.executable, "-c", SLOW_DISK + COMMAND, "db"],
        env=filled.variables,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    (entry,) = filled.entries()
    assert entry.proven


def test_an_archive_that_is_removed_meanwhile_is_named(filled: Backups):
    with halted(filled, "dump.started", "db") as process:
        shutil.rmtree(filled.settings.folder)
    code, err = end_of(process)
    assert code == 1
    assert "No such file or directory" in err
    assert "bring the folder" in err
    assert_gone(filled)
    done = filled.run("db")
    assert done.returncode == 0, done.stderr


def test_a_server_that_restarts_during_the_proof_harms_nothing(filled: Backups):
    with halted(filled, "load.started", "db") as process:
        filled.server.restart()
    code, err = end_of(process)
    assert code == 0, err
    assert filled.entries()[0].proven


def test_a_server_that_is_away_is_named(filled: Backups):
    filled.more["PORT"] = "1"
    done = filled.run("db", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"] == "source"
    assert "check that the database runs" in done.stderr
    assert filled.files() == []


@pytest.mark.parametrize(
    ("step", "good"), [("snapshot.exported", False), ("dump.ended", True)], ids=["before", "after"]
)
def test_a_password_that_is_rotated_meanwhile(
    filled: Backups, password_file: Callable[..., Path], step, good
):
    role = f"{filled.database}_owner"
    filled.execute(f"CREATE ROLE {role} SUPERUSER LOGIN PASSWORD 'the first'")
    try:
        own = {"USER": role, "HOST": "127.0.0.1", "PASSWORD_FILE": str(password_file("the first"))}
        filled.more |= own
        with halted(filled, step, "db") as process:
            filled.execute(f"ALTER ROLE {role} PASSWORD 'the second'")
        code, err = end_of(process)
        if good:
            assert code == 0, err
            assert filled.entries()[0].proven
        else:
            assert code == 1
            assert "password authentication failed" in err
            assert filled.files() == []
    finally:
        filled.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize("years", [-3, 3], ids=["back", "forward"])
def test_a_clock_that_jumps_orders_no_backup_away(filled: Backups, years):
    """Neither order nor freshness is gained by a wrong clock; runs after it go on."""
    settings, begun = filled.settings, now()
    wrong = begun + timedelta(days=365 * years)
    moments = iter((begun, wrong, wrong, begun + timedelta(minutes=1)))
    made = [
        back_up_database(settings, "scheduled", partial(next, iter([moment])), proved=False).id
        for moment in moments
    ]
    entries = filled.entries()
    assert sorted(entry.id for entry in entries) == sorted(made)
    assert len(set(made)) == 4
    for entry in entries:
        assert check(entry) == ()
    done = filled.run("prove", made[-1])
    assert done.returncode == 0, done.stderr
    answer = gate.status("dev", settings.archive, begun + timedelta(minutes=2))
    assert answer.verified
    assert answer.id == made[-1]


def test_three_runs_at_once_take_turns(filled: Backups):
    filled.more["LOCK_SECONDS"] = "240"
    runs = [filled.start("db", "--no-proof") for _ in range(3)]
    for process in runs:
        code, err = end_of(process)
        assert code == 0, err
    assert len(filled.entries()) == 3
    assert [check(entry) for entry in filled.entries()] == [()] * 3
