"""Locks that end with the session of whoever holds them, however that ends.

A worker holds the lock of its job in its own connection. When the worker is killed, the server
sees the connection end and lets the lock go, so a job that is noted as running and whose lock is
free has lost its worker. PostgreSQL's manual, "Advisory Locks".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import Error, connection

TAKE: Final = "SELECT pg_try_advisory_lock(%s)"
TAKE_UNTIL_COMMIT: Final = "SELECT pg_try_advisory_xact_lock(%s)"
LET_GO: Final = "SELECT pg_advisory_unlock(%s)"
_JOBS: Final = 0x4A6F62 << 40
"""Keeps the locks of jobs apart from others: "Job" in the upper bits of the 64."""


@contextmanager
def held(job_id: int) -> Iterator[bool]:
    """Hold the job's lock until the end of the block; yield False when another session has it."""
    if not _ask(TAKE, job_id):
        yield False
        return
    try:
        yield True
    finally:
        try:
            _ask(LET_GO, job_id)
        except Error:
            connection.close()  # with it the lock is gone


def is_free(job_id: int) -> bool:
    """Take the lock until the end of the transaction; tell whether that worked."""
    return _ask(TAKE_UNTIL_COMMIT, job_id)


def _ask(question: str, job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [_JOBS | job_id])
        return bool(cursor.fetchone()[0])
