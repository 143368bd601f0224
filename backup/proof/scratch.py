"""A scratch PostgreSQL of the same version, for one restore, that leaves nothing behind.

It listens on a Unix socket in its own folder and on nothing else, is tuned for loading and not
for keeping, and gets SIGQUIT from the kernel when its run dies. What a killed run leaves is swept
by the next one: `sweep` ends a server that still runs there and removes the folder.
"""

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from backup.errors import BackupError, ScratchError
from backup.processes import Child
from backup.settings import Settings
from backup.snapshot.session import Source
from backup.steps import step

PREFIX: Final = "proof-"
_START_SECONDS: Final = 60
_PORT: Final = 5432
"""Only part of the socket's name."""
_REMEDY: Final = "check the room in the scratch folder, and that its owner may use it"
_MACHINE: Final = ("No space left on device", "Disk quota exceeded", "out of memory")
"""Words of the server that speak of the machine it runs on."""
_SETTINGS: Final = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    # nothing here outlives the run
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "archive_mode": "off",
    "autovacuum": "off",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "wal_compression": "off",
    # for loading and building indexes on a small machine
    "shared_buffers": "128MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "20",
    "max_prepared_transactions": "0",
    "logging_collector": "off",
    "log_destination": "stderr",
    "jit": "off",
    "max_locks_per_transaction": "4096",  # one transaction restores all tables
}


@dataclass(frozen=True)
class Scratch:
    """A running scratch server."""

    folder: Path
    superuser: str
    server: Child

    def source(self, database: str) -> Source:
        """Return how to reach one of its databases."""
        return Source(str(self.folder), _PORT, self.superuser, database)

    def blame(self, error: BackupError) -> BackupError:
        """Return `error`, or a `ScratchError` when this machine and not the backup is its cause."""
        if self.server.process.poll() is not None:
            return self.server.failure(_REMEDY)
        if any(words in error.what for words in _MACHINE):
            return ScratchError(f"the scratch server could not hold it: {error.what}", _REMEDY)
        return error


@contextmanager
def scratch_server(settings: Settings, superuser: str) -> Iterator[Scratch]:
    """Run a scratch server for the block; `superuser` is the name of its first role.

    Raises `ScratchError` when it cannot be made or does not start.
    """
    user = settings.server_user if os.geteuid() == 0 else None
    folder = _make_folder(settings.scratch, user)
    in_use = _in_use(folder)
    try:
        _initialise(folder, superuser, user)
        step("scratch.initialised")
        with _server(folder, user) as server:
            scratch = Scratch(folder, superuser, server)
            _await(scratch)
            step("scratch.started")
            yield scratch
            step("scratch.used")
            server.signal(signal.SIGQUIT)  # nothing here is to be kept
            server.process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if in_use is not None:
            os.close(in_use)
    step("scratch.removed")


def sweep(folder: Path) -> list[str]:
    """End and remove the scratch servers that killed runs left in `folder`; return their names.

    Those of runs that go on, for another archive, are left alone.
    """
    swept: list[str] = []
    for path in sorted(folder.glob(f"{PREFIX}*")) if folder.is_dir() else ():
        free = _in_use(path)
        if free is not None:
            _end_leftover(path / "data")
            shutil.rmtree(path, ignore_errors=True)
            os.close(free)
            swept.append(path.name)
    return swept


def _in_use(folder: Path) -> int | None:
    """Lock a scratch folder for as long as the descriptor is open; None when a run holds it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:  # another sweep was faster
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _make_folder(parent: Path, user: str | None) -> Path:
    try:
        parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        if user is not None:
            shutil.chown(folder, user)
    except (OSError, LookupError) as error:
        raise ScratchError(f"{parent} cannot hold a scratch server: {error}", _REMEDY) from error
    return folder


def _initialise(folder: Path, superuser: str, user: str | None) -> None:
    command = ["initdb", "-D", str(folder / "data"), "-U", superuser, "--auth=trust"]
    command += ["--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C"]
    with Child(command, {}, user=user, error=ScratchError) as child:
        child.finish(_REMEDY)


def _server(folder: Path, user: str | None) -> Child:
    command = ["postgres", "-D", str(folder / "data")]
    for name, value in {**_SETTINGS, "unix_socket_directories": str(folder)}.items():
        command += ["-c", f"{name}={value}"]
    return Child(command, {}, user=user, death=signal.SIGQUIT, error=ScratchError)


def _await(scratch: Scratch) -> None:
    deadline = time.monotonic() + _START_SECONDS
    source, server = scratch.source("template1"), scratch.server
    while True:
        with suppress(psycopg.OperationalError):
            psycopg.connect(
                host=source.host, port=source.port, user=source.user, dbname=source.database
            ).close()
            return
        if server.process.poll() is not None:
            raise server.failure(_REMEDY)
        if time.monotonic() > deadline:
            raise ScratchError(f"the scratch server is silent: {server.words()}", _REMEDY)
        time.sleep(0.02)


def _end_leftover(data: Path) -> None:
    """End a server that runs on `data`, known by its working folder."""
    try:
        number = int((data / "postmaster.pid").read_text().splitlines()[0])
        if Path(f"/proc/{number}/cwd").resolve() != data.resolve():
            return
        os.kill(number, signal.SIGQUIT)
    except (OSError, ValueError, IndexError):
        return
    deadline = time.monotonic() + 10
    while Path(f"/proc/{number}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
