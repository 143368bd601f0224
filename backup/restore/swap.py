"""Giving a verified database the name that the application uses, in one transaction.

Both renames commit together or not at all, so at no moment does the name lead to a database that
is half restored or to none. `ALTER DATABASE ... RENAME` locks the database's entry against new
sessions and waits up to five seconds for the old ones to go, so those are ended by a second
session meanwhile. https://www.postgresql.org/docs/17/sql-alterdatabase.html
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier

from backup.errors import RestoreError
from backup.settings import Settings
from backup.snapshot.session import Session, Source
from backup.steps import step

MAINTENANCE: Final = "postgres"
"""The database from which others are created and renamed."""
ATTEMPTS: Final = 6
"""Each waits up to five seconds for sessions to end, in the server."""
PAUSE_SECONDS: Final = 0.05

Connect = Callable[[str], Session]
"""Opens a session in autocommit mode with the database of that name."""


@dataclass(frozen=True)
class Names:
    """The three names of a swap."""

    live: str
    """What the application connects to."""
    staged: str
    """The verified one that is to become live."""
    kept: str
    """What the old one will be called."""


def connector(settings: Settings) -> Connect:
    """Return what opens sessions with the environment's server; they raise `SourceError`."""
    source = Source.of(settings)
    return lambda database: replace(source, database=database).connect()


@contextmanager
def refused() -> Iterator[None]:
    """Put what the server refuses during the block in words: `RestoreError`."""
    try:
        yield
    except psycopg.Error as error:
        raise RestoreError(
            f"the database server says: {' '.join(str(error).split())}",
            "see that it runs and answers, then run the command again; `restore --resume` goes on"
            " with a restore that had begun to change what serves",
        ) from error


def named(connection: Session, prefix: str) -> list[str]:
    """Return the server's databases whose names begin so, sorted."""
    query = "SELECT datname FROM pg_catalog.pg_database WHERE starts_with(datname, %s) ORDER BY 1"
    return [str(row[0]) for row in connection.execute(query, [prefix]).fetchall()]


def exists(connection: Session, database: str) -> bool:
    """Tell whether the server has the database."""
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    return connection.execute(query, [database]).fetchone() is not None


def swap(connect: Connect, names: Names) -> None:
    """Make `staged` live and keep the old one under its new name; a missing old one is fine.

    Raises `RestoreError` when the sessions of the old one do not end; nothing was renamed then.
    """
    for _ in range(ATTEMPTS):
        try:
            with _sessions_ended(connect, [names.live, names.staged]):
                _rename(connect, names)
        except psycopg.errors.ObjectInUse:
            continue
        step("restore.database.swapped")
        return
    raise RestoreError(
        f"sessions of the database {names.live} do not end; it serves as before",
        "stop what uses it, then go on with `restore --resume`",
    )


def drop(connect: Connect, database: str) -> None:
    """Remove a database that is not live: a staged one that was given up."""
    with connect(MAINTENANCE) as connection:
        connection.execute(
            SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(database))
        )
    step("restore.database.dropped")


def _rename(connect: Connect, names: Names) -> None:
    with connect(MAINTENANCE) as connection, connection.transaction():
        if exists(connection, names.live):
            _alter(connection, names.live, names.kept)
            step("restore.database.old-renamed")
        _alter(connection, names.staged, names.live)
        step("restore.database.new-renamed")


def _alter(connection: Session, old: str, new: str) -> None:
    connection.execute(
        SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(old), Identifier(new))
    )


class _sessions_ended:  # noqa: N801 (used like a function)
    """Ends sessions of databases again and again, from a session of its own, while in a block."""

    def __init__(self, connect: Connect, databases: list[str]) -> None:
        self._connect, self._databases = connect, databases
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="end-sessions", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)"
        with self._connect(MAINTENANCE) as connection:
            while not self._done.is_set():
                connection.execute(query, [self._databases])
                self._done.wait(PAUSE_SECONDS)
