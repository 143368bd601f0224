"""A gigabyte of ledger and ten thousand files, backed up while people write, and restored.

    LEDGERFLOW_BENCH_MIB=1024 .venv/bin/pytest -s -m benchmark \
        tests/benchmarks/test_backup_round_trip.py

Counts are exact for every table, media are equal byte for byte, and every document row that the
restored database knows has its file.
"""

import hashlib
import os
import random
import threading
import time
from pathlib import Path

import psycopg
import pytest
from backup_ledger import command, ledger, ledger_server
from backup_runs import Backups

from backup.proof.comparing import compare, differences
from backup.proof.restoring import read_back
from backup.settings import PREFIX, load
from backup.snapshot.session import Source

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(7200)]

MIB = int(os.environ.get("LEDGERFLOW_BENCH_MIB", "200"))
FILES = int(os.environ.get("LEDGERFLOW_BENCH_FILES", "10000"))
RESTORED = "lftest_round_trip_restored"
UPLOADS = "CREATE TABLE ledger.upload (path text PRIMARY KEY, sha256 text NOT NULL)"
BOOKING = """
INSERT INTO ledger.transaction (account_id, reference, amount, direction, booked, note)
SELECT 1 + n, gen_random_uuid(), n, 'debit', now(), 'meanwhile' FROM generate_series(1, 10) AS n
"""


class Writer(threading.Thread):
    """Books transactions and uploads files, each file before the row that names it."""

    def __init__(self, backups: Backups) -> None:
        super().__init__(daemon=True)
        self.backups, self.stop, self.rounds = backups, threading.Event(), 0

    def run(self) -> None:
        rng = random.Random(5)
        with self.backups.server.connect(self.backups.database) as session:
            while not self.stop.is_set():
                session.execute(BOOKING)
                session.execute("UPDATE ledger.document SET title = title || '!' WHERE id < 20")
                session.execute("DELETE FROM ledger.transaction WHERE id = %s", [self.rounds])
                upload(self.backups, session, f"meanwhile/{self.rounds}.pdf", rng.randbytes(3000))
                self.rounds += 1
                time.sleep(0.02)


def upload(backups: Backups, session: psycopg.Connection, path: str, content: bytes) -> None:
    """Store a file as the application does: whole under its name, then its row."""
    target = backups.folder / "media" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = backups.folder / "uploading"
    partial.write_bytes(content)
    partial.rename(target)
    digest = hashlib.sha256(content).hexdigest()
    session.execute("INSERT INTO ledger.upload VALUES (%s, %s)", [path, digest])


@pytest.fixture(scope="module")
def books(repository):
    with ledger_server() as server, ledger(server, repository, "lftest_round_trip", MIB) as made:
        rng = random.Random(4)
        made.execute(UPLOADS)
        with server.connect(made.database) as session, session.transaction():
            for number in range(FILES):
                content = rng.randbytes(rng.randrange(40_000))
                upload(made, session, f"{number % 100:02}/{number}.pdf", content)
        made.more["MEDIA"] = str(made.folder / "media")
        yield made
        server.drop_database(RESTORED)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(".")
    }


def test_round_trip_while_people_write(books: Backups, capsys):
    writer = Writer(books)
    writer.start()
    try:
        taken = command(books, "full", "--no-proof")
        during = writer.rounds
        (entry,) = books.entries()
        proved = command(books, "prove", entry.id)
        (books.folder / "restored").mkdir()
        staging = {"ENVIRONMENT": "staging", "DATABASE": RESTORED}
        staging["MEDIA"] = str(books.folder / "restored")
        variables = {f"{PREFIX}{name}": value for name, value in staging.items()}
        words = ("restore", entry.id, "--from", "dev", "--no-safety-backup")
        restored = command(books, *words, **variables)
    finally:
        writer.stop.set()
        writer.join()
    assert during > 10, "nobody wrote meanwhile"
    (entry,) = books.entries()
    assert entry.proven
    contents = entry.manifest.contents
    found = read_back(Source.of(load({**books.variables, **variables})), contents)
    assert differences(compare(contents, found, whole_cluster=False)) == []
    there, original = digests(books.folder / "restored"), digests(books.folder / "media")
    assert there.items() <= original.items()
    with books.server.connect(RESTORED) as session:
        rows = dict(session.execute("SELECT path, sha256 FROM ledger.upload").fetchall())
    assert rows.items() <= there.items()
    assert len(rows) >= FILES
    with capsys.disabled():
        size = entry.payload_path.stat().st_size / 1e6
        print(
            f"\n\n{contents.rows:,} rows in {len(contents.tables)} tables,"
            f" {contents.large_objects:,} large objects, {len(there):,} files"
            f" in {size:,.0f} MB; {during} rounds of writing meanwhile"
        )
        for name, run in (("full", taken), ("prove", proved), ("restore", restored)):
            print(f"  {name:<8} {run.seconds:7.1f} s  peak {run.peak_mib:6.1f} MiB")
