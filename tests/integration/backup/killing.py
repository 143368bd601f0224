"""Runs of the command that end at a boundary or at any moment by SIGKILL, and what must hold then.

Each run is a fork of the test's process, which has everything imported: hundreds of runs take
seconds less each, and a killed fork leaves the same behind as any killed process.
"""

import importlib
import os
import pkgutil
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from backup_runs import Backups

from backup import command
from backup.catalog import Catalog
from backup.check import check
from backup.full.reading import readers
from backup.locks import archive_lock
from backup.offsite.upload import STATE_FOLDER
from backup.retention.audit import AUDIT_NAME
from backup.retention.memory import CLOCK_NAME, run_name
from backup.retention.model import KINDS
from backup.retention.pins import pin_path
from backup.steps import ACT_VARIABLE, TRACE_VARIABLE
from backup.sweeping import sweep

GONE_SECONDS = 60
OURS = (CLOCK_NAME, *map(run_name, KINDS), AUDIT_NAME, STATE_FOLDER)
"""What lies in an archive beside backups and stays there."""

for _module in pkgutil.iter_modules(command.__path__):  # subcommands are imported when asked for
    importlib.import_module(f"{command.__name__}.{_module.name}")


@dataclass(frozen=True)
class Boundary:
    """A step of a command, passed for the n-th time."""

    words: tuple[str, ...]
    step: str
    number: int

    def __str__(self) -> str:
        return f"{' '.join(self.words)} at {self.step}:{self.number}"


def fork(backups: Backups, words: tuple[str, ...], **variables: str) -> int:
    """Start the command in a fork; return its process id."""
    said, wanted = backups.folder / "out", {**backups.variables, **variables}
    said.touch()
    number = os.fork()
    if number:
        return number
    try:
        out = os.open(said, os.O_WRONLY | os.O_APPEND)
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.stdout = sys.stderr = os.fdopen(out, "w", buffering=1)
        os.environ.clear()
        os.environ.update(wanted)
        code = command.main(list(words))
        sys.stdout.flush()
    except BaseException as error:  # a fork must never go on as a test
        os.write(2, repr(error).encode())
        os._exit(99)
    os._exit(code)


def ended(process: int) -> int:
    """Wait for a fork; return its exit code, or minus the signal that ended it."""
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def succeed(backups: Backups, *words: str, **variables: str) -> None:
    """Run the command to its good end."""
    code = ended(fork(backups, words, **variables))
    assert code == 0, (words, (backups.folder / "out").read_text()[-2000:])


def boundaries(backups: Backups, *words: str, most: int = 2) -> list[Boundary]:
    """Run the command once and return the boundaries it passed, each at most `most` times."""
    trace = backups.folder / "trace"
    trace.unlink(missing_ok=True)
    succeed(backups, *words, **{TRACE_VARIABLE: str(trace)})
    counts = Counter(trace.read_text().splitlines())
    return [
        Boundary(words, step, number)
        for step, count in counts.items()
        for number in range(1, min(count, most) + 1)
    ]


def killed(backups: Backups, at: Boundary, **variables: str) -> None:
    """Run the command until it kills itself at the boundary."""
    act = {ACT_VARIABLE: f"kill:{at.step}:{at.number}"}
    code = ended(fork(backups, at.words, **{**act, **variables}))
    assert code == -signal.SIGKILL, (str(at), code, (backups.folder / "out").read_text()[-2000:])


def assert_whole(backups: Backups, good: str) -> None:
    """What holds at once after a kill: nothing partial is listed, the last good one is proven."""
    entries = Catalog(backups.settings.folder).entries()
    for entry in entries:
        members = readers(entry, backups.settings.scratch, None)[1]
        assert check(entry, members) == (), entry.id
    assert [entry.proven for entry in entries if entry.id == good] == [True]


def assert_gone(backups: Backups) -> None:
    """No program of the run is left, and no session of it on the server, which still answers."""
    deadline = time.monotonic() + GONE_SECONDS
    while left := processes_of(backups):
        assert time.monotonic() < deadline, left
        time.sleep(0.02)
    with backups.server.connect(backups.database) as session:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND application_name = %s"
        while session.execute(query, [backups.database, "ledgerflow-backup"]).fetchone() != (0,):
            assert time.monotonic() < deadline, "a session is left"
            time.sleep(0.02)


def assert_sweepable(backups: Backups) -> None:
    """The next run that holds the lock leaves the listed backups' files and nothing else."""
    settings = backups.settings
    with archive_lock(settings.folder, "test"):
        sweep(settings)
    entries = Catalog(settings.folder).entries()
    parts = ("payload_path", "manifest_path", "proof_path", "evidence_path")
    known = {getattr(entry, part).name for entry in entries for part in parts}
    known |= {pin_path(entry).name for entry in entries}
    left = [name for name in backups.files() if name not in known and name not in OURS]
    assert left == []


def processes_of(backups: Backups) -> dict[int, str]:
    """Programs that run with this test's folder or database in their words or variables."""
    mine = os.getpid()
    marks = (str(backups.folder).encode(), f"PGDATABASE={backups.database}\0".encode())
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        if int(path.name) == mine:
            continue
        try:
            said = (path / "cmdline").read_bytes() + b"\0" + (path / "environ").read_bytes()
        except OSError:
            continue
        if any(mark in said for mark in marks):
            found[int(path.name)] = said[:200].replace(b"\0", b" ").decode(errors="replace")
    return found
