"""A client that writes all the time, reads the password where the application does, reconnects."""

import threading
import time

import docker
import docker.errors
import psycopg

from infra.database_role import read_file
from infra.services.common import secret_file

PAUSE_SECONDS = 0.02


class Writer:
    """Inserts 1, 2, 3, ... into `written`, each in a transaction; remembers what was accepted."""

    def __init__(self, container: str, port: int) -> None:
        self._client = docker.from_env()
        self._container = container
        self._port = port
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self.accepted: list[int] = []
        self.moments: list[float] = []

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
        return psycopg.connect(
            host="127.0.0.1",
            port=self._port,
            dbname="ledgerflow",
            user="ledgerflow",
            password=self.password() if password is None else password,
            connect_timeout=2,
            autocommit=True,
        )

    def password(self) -> str:
        path = secret_file("postgres-password").path
        return read_file(self._client.containers.get(self._container), path)

    @property
    def interruption(self) -> float:
        """The longest time, in seconds, between two accepted writes."""
        return max(b - a for a, b in zip(self.moments, self.moments[1:], strict=False))

    def lost(self) -> set[int]:
        """Return the accepted writes that the database does not have."""
        with self.connect() as connection:
            return set(self.accepted) - {n for (n,) in connection.execute("select n from written")}

    def _write(self) -> None:
        connection: psycopg.Connection | None = None
        number = 0
        while not self._end.is_set():
            number += 1
            try:
                if connection is None:
                    connection = self.connect()
                connection.execute("insert into written values (%s)", [number])
            except (psycopg.Error, docker.errors.DockerException):
                connection = None
            else:
                self.accepted.append(number)
                self.moments.append(time.monotonic())
            time.sleep(PAUSE_SECONDS)
