"""A database to be read, and a session that holds a snapshot of it for others to join."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from backup.errors import SourceError
from backup.settings import Settings
from backup.steps import step

Session = psycopg.Connection[tuple[object, ...]]

NO_FILE: Final = "/nonexistent"
"""In place of libpq's file of passwords: only the settings' own counts."""

READABLE: Final = (
    "SET search_path = ''",
    "SET row_security = off",  # an error rather than fewer rows
    "SET statement_timeout = 0",
    "SET lock_timeout = '60s'",
    "SET idle_in_transaction_session_timeout = 0",
    "SET transaction_timeout = 0",
    # texts of values must not depend on a server's or a role's settings
    "SET DateStyle = 'ISO, YMD'",
    "SET IntervalStyle = 'postgres'",
    "SET TimeZone = 'UTC'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
    "SET lc_monetary = 'C'",
    "SET xmlbinary = 'base64'",
    "SET quote_all_identifiers = off",
    "SET synchronize_seqscans = off",
)


@dataclass(frozen=True)
class Source:
    """How to reach a database; the password stays in its file until a session is opened."""

    host: str
    port: int
    user: str
    database: str
    password_file: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Source":
        """Return the environment's own database."""
        return cls(
            settings.host, settings.port, settings.user, settings.database, settings.password_file
        )

    def password(self) -> str | None:
        """Read the password; raises `SourceError`."""
        if self.password_file is None:
            return None
        try:
            return self.password_file.read_text(encoding="utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(
                f"the password file {self.password_file} cannot be read: {error}",
                "make it readable for who runs the backup, or name another",
            ) from error

    def variables(self) -> dict[str, str]:
        """Return libpq's variables for client programs; raises `SourceError`."""
        password = self.password()
        return {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGDATABASE": self.database,
            "PGCONNECT_TIMEOUT": "10",
            "PGAPPNAME": "ledgerflow-backup",
            # without one, an empty list of passwords: never ask, never take another's
            **({"PGPASSWORD": password} if password is not None else {"PGPASSFILE": NO_FILE}),
        }

    def connect(self) -> Session:
        """Open a session that commits each statement; raises `SourceError`."""
        try:
            session: Session = psycopg.connect(
                host=self.host,
                port=self.port,
                user=self.user,
                dbname=self.database,
                password=self.password(),
                passfile=NO_FILE,
                connect_timeout=10,
                application_name="ledgerflow-backup",
                autocommit=True,
                keepalives_idle=30,
            )
            for setting in READABLE:
                session.execute(setting.encode())
        except psycopg.Error as error:
            raise source_error(error, f"{self.database} on {self.host}") from error
        return session


@contextmanager
def open_snapshot(source: Source) -> Iterator[tuple[Session, str]]:
    """Give a session that reads one snapshot, and the snapshot's name for `pg_dump --snapshot`.

    Raises `SourceError`, also for any database error within the block.
    """
    with source.connect() as session:
        try:
            session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            name = str(one(session, "SELECT pg_catalog.pg_export_snapshot()")[0])
            step("snapshot.exported")
            yield session, name
            session.execute("COMMIT")
        except psycopg.Error as error:
            raise source_error(error, source.database) from error


def one(session: Session, query: str) -> tuple[object, ...]:
    """Return the only row of a query."""
    row = session.execute(query.encode()).fetchone()
    if row is None:
        raise psycopg.DataError("a query that always has a row has none")
    return row


def source_error(error: psycopg.Error, database: str) -> SourceError:
    """Put a database's error in one line, with what to do."""
    words = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, psycopg.OperationalError) and "password" in words:
        remedy = "give the present password's file; after a rotation, run `make up` for the backup"
    elif isinstance(error, psycopg.errors.InsufficientPrivilege):
        remedy = "back up as the owner of the database, who may read all of it"
    else:
        remedy = "check that the database runs and answers, then run the backup again"
    return SourceError(f"the database {database} could not be read: {words}", remedy)
