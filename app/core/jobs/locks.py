"""Locks that end with the session of whoever holds them, however that ends.

A worker holds the lock of its job in its own connection. When the worker is killed, the server
sees the connection end and lets the lock go, so a job that is noted as running and whose lock is
free has lost its worker. PostgreSQL's manual, "Advisory Locks".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import Error, connection

_JOBS: Final = 0x4A6F62 << 40
"""Keeps the locks of jobs apart from others: "Job" in the upper bits of the 64."""


@contextmanager
def held(job_id: int) -> Iterator[bool]:
    """Hold the job's lock until the end of the block; yield False when another session has it."""
    if not _ask("pg_try_advisory_lock", job_id):
        yield False
        return
    try:
        yield True
    finally:
        try:
            _ask("pg_advisory_unlock", job_id)
        except Error:
            connection.close()  # with it the lock is gone


def is_free(job_id: int) -> bool:
    """Take the lock until the end of the transaction; tell whether that worked."""
    return _ask("pg_try_advisory_xact_lock", job_id)


def _ask(function: str, job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_JOBS | job_id])
        return bool(cursor.fetchone()[0])
