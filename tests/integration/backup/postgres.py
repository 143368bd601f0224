"""A real PostgreSQL for tests, without a container: the programs of the image `postgres:17.4`.

The image's file system is unpacked once per session and its programs are run with its own loader
and libraries, so that they run on any Linux. As root the server runs as `nobody`, since it
refuses to be root.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.ports import free_ports

IMAGE = "postgres:17.4"
PASSWORD = "lftest-password"
SERVER_USER = "nobody"
_FOLDERS = ("opt/postgresql/bin", "usr/lib/postgresql/17/bin")
_ROOM = 2 << 30
_LOADER = "lib64/ld-linux-x86-64.so.2"
_WRAPPER = """#!/bin/sh
LOCPATH={root}/usr/lib/locale exec {root}/{loader} --library-path {libraries} --argv0 "$0" \
{program} "$@"
"""


@dataclass(frozen=True)
class Programs:
    """Folders with `postgres`, `initdb`, `pg_dump`, `psql`, to be put before PATH."""

    folders: tuple[Path, ...]

    @property
    def path(self) -> str:
        """A value for PATH."""
        return os.pathsep.join([*map(str, self.folders), os.environ["PATH"]])

    def find(self, name: str) -> str:
        """Return the path of one program."""
        found = shutil.which(name, path=self.path)
        assert found, name
        return found


@contextlib.contextmanager
def unpacked_image(image: str) -> Iterator[Path]:
    """Unpack an image's file system into a folder of its own, removed at the end."""
    with public_folder("lftest-programs-") as root:
        name = f"lftest-{secrets.token_hex(4)}"
        subprocess.run(["docker", "create", "--name", name, image], check=True, capture_output=True)
        try:
            with subprocess.Popen(["docker", "export", name], stdout=subprocess.PIPE) as export:
                subprocess.run(
                    [
                        *("tar", "-x", "-C", str(root), "--no-same-owner"),
                        *("--exclude=dev", "--exclude=var", "--exclude=usr/share/doc"),
                    ],
                    stdin=export.stdout,
                    check=True,
                )
        finally:
            subprocess.run(["docker", "rm", "-f", name], check=True, capture_output=True)
        yield root


@contextlib.contextmanager
def unpacked_programs() -> Iterator[Programs]:
    """Unpack the programs of the environment's own PostgreSQL image."""
    with unpacked_image(IMAGE) as root:
        folders = tuple(root / folder for folder in _FOLDERS if (root / folder).is_dir())
        for folder in folders:
            _wrap(root, folder)
        yield Programs(folders)


def _wrap(root: Path, folder: Path) -> None:
    """Put a script in place of each program that runs it with the image's loader.

    The server and initdb find their other files from the script's folder, as in the image.
    """
    real = folder.with_name("bin-real")
    folder.rename(real)
    folder.mkdir(mode=0o755)
    libraries = [folder.parent / "lib", *_library_folders(root)]
    for program in real.iterdir():
        script = folder / program.name
        script.write_text(
            _WRAPPER.format(
                root=root,
                loader=_LOADER,
                libraries=":".join(map(str, libraries))
                if "opt" in folder.parts
                else ":".join(map(str, libraries[1:])),
                program=program,
            )
        )
        script.chmod(0o755)


def _library_folders(root: Path) -> list[Path]:
    return [root / "usr/lib/x86_64-linux-gnu", root / "lib/x86_64-linux-gnu"]


@contextlib.contextmanager
def public_folder(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """Make a folder that another user may enter, unlike pytest's own; remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def memory() -> Path | None:
    """Return a folder in memory where there is one with room, for what is about no disk.

    A server's cluster is a thousand files, and most tests make and remove several.
    """
    place = Path("/dev/shm")
    roomy = os.access(place, os.W_OK) and shutil.disk_usage(place).free > _ROOM
    return place if roomy else None


class Postgres:
    """One server with a data directory of its own, on a Unix socket and a free TCP port."""

    def __init__(self, programs: Programs, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.data = folder / "data"
        (self.port,) = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    def initialise(self, *options: str) -> None:
        """Make the cluster; its superuser is `ledgerflow`, as in an environment."""
        self.folder.mkdir(mode=0o755, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.folder, SERVER_USER)
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        command = [self.programs.find("initdb"), "-D", str(self.data), "-U", "ledgerflow"]
        command += [f"--pwfile={secret}", "--auth-local=trust", "--auth-host=scram-sha-256"]
        command += ["--no-sync", "--encoding=UTF8", "--locale=en_US.utf8", *options]
        done = subprocess.run(command, capture_output=True, **_as_server_user())
        assert done.returncode == 0, done.stderr.decode()

    def start(self, **settings: str) -> None:
        """Start the server and wait until it answers."""
        command = [self.programs.find("postgres"), "-D", str(self.data)]
        wanted = {
            "unix_socket_directories": str(self.folder),
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "fsync": "off",
            **settings,
        }
        for name, value in wanted.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True, **_as_server_user()
            )
        self._await()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends sessions, SIGQUIT does not even write anything down."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def restart(self) -> None:
        """Cut every session, as a crash does, and start again."""
        self.stop(signal.SIGQUIT)
        self.start()

    def connect(self, database: str = "ledgerflow", **options: object) -> psycopg.Connection:
        """Open a session of the superuser that commits each statement."""
        return psycopg.connect(
            host=str(self.folder),
            port=self.port,
            user="ledgerflow",
            dbname=database,
            autocommit=True,
            **options,
        )

    def make_database(self, name: str, options: str = "") -> None:
        """Make an empty database from template0."""
        with self.connect("postgres") as session:
            session.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 {options}')

    def drop_database(self, name: str) -> None:
        """Remove a database and whoever is connected to it."""
        with self.connect("postgres") as session:
            session.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def log(self) -> str:
        """What the server wrote."""
        return (self.folder / "log").read_text()

    def _await(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError):
                self.connect("postgres").close()
                return
            assert self._process is not None
            assert self._process.poll() is None, self.log()
            time.sleep(0.05)
        raise AssertionError(f"the server did not start: {self.log()}")


@contextlib.contextmanager
def running(
    programs: Programs, *options: str, parent: Path | None = None, **settings: str
) -> Iterator[Postgres]:
    """Give a running server with the database `ledgerflow`, stopped and removed at the end."""
    with public_folder("lftest-postgres-", parent) as folder:
        server = Postgres(programs, folder / "server")
        server.initialise(*options)
        server.start(**settings)
        try:
            server.make_database("ledgerflow")
            yield server
        finally:
            server.stop(signal.SIGQUIT)


def _as_server_user() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    return {"user": SERVER_USER, "group": "nogroup", "extra_groups": []}
