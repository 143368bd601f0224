"""A real PostgreSQL with databases in the shape of a ledger, and what people time on it.

The server forces its writes to disk as an environment's does. One account brings about 60 KB of
dump: transactions with decimals, documents with text and JSON, and large objects.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from backup_runs import COMMAND, SQL, Backups
from postgres import Postgres, public_folder, running, unpacked_programs

KIB_PER_ACCOUNT = 60
SAMPLE_SECONDS = 0.05
LARGE_OBJECTS = """
SELECT lo_from_bytea(0, (SELECT string_agg(sha256((n * 1000 + m)::text::bytea), '')
                         FROM generate_series(1, 600) AS m))
FROM generate_series(1, {number}) AS n
"""
"""Scans: 19 KB each, which hardly compress."""


@dataclass(frozen=True)
class Run:
    """One run of a program."""

    seconds: float
    peak_mib: float
    """The most that the program and all that it started had resident together, as sampled."""


@contextmanager
def ledger_server() -> Iterator[Postgres]:
    """Run a server that is tuned for nothing and forces its writes to disk."""
    with unpacked_programs() as programs, running(programs, fsync="on", max_wal_size="4GB") as up:
        yield up


@contextmanager
def ledger(server: Postgres, repository: Path, name: str, mib: int) -> Iterator[Backups]:
    """Make a database whose dump has about `mib` MiB."""
    accounts = max(mib * 1024 // KIB_PER_ACCOUNT, 20)
    server.make_database(name)
    with public_folder("lftest-bench-") as folder:
        made = Backups(server, folder, name, repository)
        (folder / "archive").mkdir()
        made.execute((SQL / "ledger.sql").read_text() % {"accounts": accounts})
        made.execute(LARGE_OBJECTS.format(number=accounts // 25))
        made.execute("VACUUM ANALYZE")
        made.execute("CHECKPOINT")
        try:
            yield made
        finally:
            server.drop_database(name)


def command(backups: Backups, *words: str, **variables: str) -> Run:
    """Run `ledgerflow-backup`, which must succeed."""
    return timed(
        [sys.executable, "-c", COMMAND, *words], {**backups.variables, **variables}, backups.folder
    )


def shell(backups: Backups, script: str) -> Run:
    """Run a script of the shell, whose pipelines fail with any of their programs."""
    variables = {
        "PATH": backups.server.programs.path,
        "PGHOST": str(backups.server.folder),
        "PGPORT": str(backups.server.port),
        "PGUSER": "ledgerflow",
        "PGDATABASE": backups.database,
    }
    return timed(["bash", "-o", "pipefail", "-ec", script], variables, backups.folder)


def timed(words: list[str], variables: dict[str, str], folder: Path) -> Run:
    """Run a program and measure it."""
    with (folder / "said").open("w+") as said:
        begun = time.perf_counter()
        process = subprocess.Popen(words, env=variables, cwd=folder, stdout=said, stderr=said)
        peak = 0
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            with suppress(subprocess.TimeoutExpired):
                process.wait(SAMPLE_SECONDS)
        seconds = time.perf_counter() - begun
        said.seek(0)
        assert process.returncode == 0, said.read()
    return Run(seconds, peak / 1024)


def resident(process: int) -> int:
    """Return the KiB that a process and its descendants have resident; shared ones count often."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return (int(found[1]) if found else 0) + sum(resident(int(child)) for child in children)
