"""A client that writes all the time, reads the password where the application does, reconnects."""

import threading
import time

import docker
import docker.errors
import psycopg

from infra.database_role import read_file
from infra.handover import SUFFIX
from infra.services.common import secret_file

WRITES_PER_CONNECTION = 20
PASSWORD_FILE = secret_file("postgres-password").path


class Writer:
    """Inserts 1, 2, 3, ... into `written`, each in a transaction; remembers what was accepted.

    It signs in anew after every 20 writes with what the application's containers have: the password
    in the secret's file, and beside it the one handed over. `database` is the container of the
    server, which is asked at its own address, so that no port needs to be published.
    """

    def __init__(self, database: str, *application: str, pause: float = 0.05) -> None:
        """Write every ``pause`` seconds to the server in the container ``database``."""
        self._pause = pause
        self._client = docker.from_env()
        self._database = database
        self._application = application
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self.accepted: list[int] = []
        self.moments: list[float] = []
        self.connections = 0

    def __enter__(self):
        with self.connect() as connection:
            connection.execute("create table if not exists written (n bigint primary key)")
            connection.execute("truncate written")
        self._thread.start()
        return self

    def __exit__(self, *unused):
        self._end.set()
        self._thread.join()

    def connect(self, password: str | None = None) -> psycopg.Connection:
        candidates = self.passwords() if password is None else [password]
        for candidate in candidates[:-1]:
            try:
                return self._connect(candidate)
            except psycopg.OperationalError:
                continue
        return self._connect(candidates[-1])

    def passwords(self) -> list[str]:
        """Return every password that a container of the application has; at least one."""
        found: dict[str, None] = {}
        for name in self._application:
            for path in (PASSWORD_FILE, f"{PASSWORD_FILE}{SUFFIX}"):
                try:
                    found[read_file(self._client.containers.get(name), path)] = None
                except docker.errors.NotFound:
                    continue
        if not found:
            raise docker.errors.NotFound("no container of the application has the password")
        return list(found)

    @property
    def interruption(self) -> float:
        """The longest time, in seconds, between two accepted writes."""
        return max(b - a for a, b in zip(self.moments, self.moments[1:], strict=False))

    def lost(self) -> set[int]:
        """Return the accepted writes that the database does not have."""
        with self.connect() as connection:
            return set(self.accepted) - {n for (n,) in connection.execute("select n from written")}

    def _connect(self, password: str) -> psycopg.Connection:
        server = self._client.containers.get(self._database)
        networks = server.attrs["NetworkSettings"]["Networks"].values()
        return psycopg.connect(
            host=next(n["IPAddress"] for n in networks if n["IPAddress"]),
            dbname="ledgerflow",
            user="ledgerflow",
            password=password,
            connect_timeout=2,
            autocommit=True,
        )

    def _write(self) -> None:
        connection: psycopg.Connection | None = None
        number = 0
        while not self._end.is_set():
            number += 1
            try:
                if connection is None or number % WRITES_PER_CONNECTION == 0:
                    connection = self._renewed(connection)
                connection.execute("insert into written values (%s)", [number])
            except (psycopg.Error, docker.errors.DockerException, StopIteration):
                connection = None
            else:
                self.accepted.append(number)
                self.moments.append(time.monotonic())
            time.sleep(self._pause)

    def _renewed(self, connection: psycopg.Connection | None) -> psycopg.Connection:
        if connection is not None:
            connection.close()
        self.connections += 1
        return self.connect()
