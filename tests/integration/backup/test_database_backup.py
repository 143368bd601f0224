"""A database backup: exact while others write, proven, and clean when it fails."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyrage
import pytest
from backup_runs import COMMAND, SQL, Backups

pytestmark = pytest.mark.integration

PATIENCE = 60


def test_one_of_everything_restores_to_the_same(backups: Backups):
    backups.execute((SQL / "everything.sql").read_text())
    try:
        done = backups.run("db")
        assert done.returncode == 0, done.stderr
        (entry,) = backups.entries()
        assert entry.proven
        assert entry.manifest.contents.tables["odd.plain"] == 503
        assert entry.manifest.contents.tables['"Sch.ema"."Ta""ble.x"'] == 1
        assert "never in a manifest" not in entry.manifest_path.read_text()
        assert {c.subject: c.compared for c in entry.proof.comparisons}["schema"] > 100
        assert backups.files() == sorted(
            f"{entry.id}{end}" for end in (".json", ".proof.json", ".proof.md", ".sql.gz")
        )
    finally:
        backups.server.drop_database(backups.database)
        with backups.server.connect("postgres") as session:
            session.execute("ALTER ROLE ledgerflow RESET ALL")
            session.execute('DROP ROLE keeper, "Odd ""role", reader')


def test_counts_are_those_of_the_dump_while_others_write(ledger: Backups):
    stop, written = threading.Event(), []

    def write() -> None:
        with ledger.server.connect(ledger.database) as session:
            while not stop.is_set():
                session.execute(
                    "INSERT INTO ledger.transaction"
                    " (account_id, reference, amount, direction, booked)"
                    " SELECT 1, gen_random_uuid(), 1, 'debit', now() FROM generate_series(1, 50)"
                )
                session.execute("UPDATE ledger.document SET title = title || '!' WHERE id < 20")
                session.execute(
                    "DELETE FROM ledger.transaction WHERE id IN"
                    " (SELECT id FROM ledger.transaction ORDER BY random() LIMIT 20)"
                )
                written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        before = len(written)
        done = ledger.run("db")
        during = len(written) - before
    finally:
        stop.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    (entry,) = ledger.entries()
    assert entry.proven
    assert during > 1, "nobody wrote meanwhile"
    assert entry.manifest.contents.transactions == {
        "ledger.transaction": entry.manifest.contents.tables["ledger.transaction"]
    }


def test_an_encrypted_backup_is_proven_from_the_text_that_went_in(ledger: Backups):
    key = pyrage.x25519.Identity.generate()
    ledger.more["RECIPIENTS"] = str(key.to_public())
    done = ledger.run("db")
    assert done.returncode == 0, done.stderr
    (entry,) = ledger.entries()
    assert entry.proven
    assert entry.payload_path.name.endswith(".sql.gz.age")
    assert not [name for name in ledger.files() if name.endswith(".gz")]
    identity = ledger.folder / "key"
    identity.write_text(str(key))
    again = ledger.run("prove", entry.id, "--identity", str(identity))
    assert again.returncode == 0, again.stderr
    identity.write_text(str(pyrage.x25519.Identity.generate()))
    wrong = ledger.run("prove", entry.id, "--identity", str(identity))
    assert wrong.returncode == 1
    assert "private key" in wrong.stderr
    assert ledger.entries()[0].proven, "a wrong key says nothing about the backup"


def test_a_wrong_password_is_named_and_nothing_is_listed(
    ledger: Backups, password_file: Callable[[str], Path]
):
    ledger.more |= {"HOST": "127.0.0.1", "PASSWORD_FILE": str(password_file("old one"))}
    done = ledger.run("db", "--json")
    assert done.returncode == 1
    assert "password authentication failed" in done.stderr
    assert '"error": "source"' in done.stdout
    assert ledger.files() == []


def test_the_right_password_is_taken_from_its_file(
    ledger: Backups, password_file: Callable[..., Path]
):
    ledger.more |= {"HOST": "127.0.0.1", "PASSWORD_FILE": str(password_file())}
    done = ledger.run("db", "--no-proof")
    assert done.returncode == 0, done.stderr
    assert not ledger.entries()[0].proven


@contextmanager
def stopped(backups: Backups, step: str, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """Give a run that has stopped itself at `step`; a test that fails leaves none behind."""
    with backups.start(*words, LEDGERFLOW_BACKUP_AT_STEP=f"stop:{step}") as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            raise AssertionError(f"ended before {step}: {process.communicate()}")
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def child(process: "subprocess.Popen[str]", program: str) -> int:
    """Return the id of the child that runs `program`, once it does: it begins as another."""
    deadline = time.monotonic() + PATIENCE
    while True:
        for number in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            if program in Path(f"/proc/{number}/cmdline").read_text():
                return int(number)
        assert time.monotonic() < deadline, f"no {program} is run"
        time.sleep(0.02)


def test_a_killed_dump_fails_the_run_and_is_not_listed(ledger: Backups):
    with stopped(ledger, "dump.started", "db") as process:
        os.kill(child(process, "pg_dump"), signal.SIGKILL)
        process.send_signal(signal.SIGCONT)
        _, err = process.communicate()
    assert process.returncode == 1
    assert "pg_dump was ended by SIGKILL" in err
    assert ledger.files() == []


def test_a_server_that_restarts_in_mid_dump_fails_the_run(ledger: Backups):
    with stopped(ledger, "dump.started", "db") as process:
        ledger.server.restart()
        process.send_signal(signal.SIGCONT)
        _, err = process.communicate()
    assert process.returncode == 1
    assert "Error: " in err
    assert "Traceback" not in err
    assert ledger.files() == []
    done = ledger.run("db")
    assert done.returncode == 0, done.stderr


def test_a_full_disk_fails_the_run_in_the_writing_thread(ledger: Backups):
    limited = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (200_000, 200_000)); "
    done = subprocess.run(
        [sys.executable, "-c", limited + COMMAND, "db"],
        env=ledger.variables,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    assert "could not be written: File too large" in done.stderr
    assert ledger.files() == []


def test_a_run_killed_in_its_proof_leaves_nothing_for_long(ledger: Backups):
    process = ledger.start("db", LEDGERFLOW_BACKUP_AT_STEP="kill:load.started")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    left = list(ledger.settings.scratch.glob("*/data/postmaster.pid"))
    assert ledger.entries()
    assert not ledger.entries()[0].proven
    done = ledger.run("prove", ledger.entries()[0].id)
    assert done.returncode == 0, done.stderr
    assert ledger.entries()[0].proven
    assert not list(ledger.settings.scratch.glob("*"))
    assert all(not path.exists() for path in left)


@pytest.mark.parametrize(
    "step", ["dump.started", "publish.payload.renamed", "publish.manifest.opened"]
)
def test_what_has_no_manifest_is_no_backup_and_goes(ledger: Backups, step: str):
    assert ledger.run("db", LEDGERFLOW_BACKUP_AT_STEP=f"kill:{step}").returncode == -signal.SIGKILL
    assert ledger.entries() == []
    assert ledger.files() != []
    done = ledger.run("db", "--no-proof")
    assert done.returncode == 0, done.stderr
    (entry,) = ledger.entries()
    assert ledger.files() == [f"{entry.id}.json", f"{entry.id}.sql.gz"]


def test_two_runs_at_once_are_told_apart(ledger: Backups):
    with stopped(ledger, "lock.held", "db") as first:
        second = ledger.run("db", "--json")
        first.kill()
    assert second.returncode == 75
    assert f"process {first.pid}" in second.stderr
    assert '"error": "busy"' in second.stdout


def test_check_finds_a_changed_byte(ledger: Backups):
    assert ledger.run("db", "--no-proof").returncode == 0
    (entry,) = ledger.entries()
    assert ledger.run("check").returncode == 0
    payload = bytearray(entry.payload_path.read_bytes())
    payload[len(payload) // 2] ^= 1
    entry.payload_path.chmod(0o600)
    entry.payload_path.write_bytes(payload)
    done = ledger.run("check")
    assert done.returncode == 2
    assert "its checksum differs" in done.stdout
    assert ledger.run("prove", entry.id).returncode == 2
    assert not ledger.entries()[0].proven
