"""The pool of connections of a web process, https://www.psycopg.org/psycopg3/docs/advanced/pool.html."""

from typing import Any, Final, Self

import psycopg
from psycopg_pool import ConnectionPool

from config.database.password import with_password_of_now

WAIT: Final = 5
"""Seconds after which a thread that got no connection answers that the database is away."""
TRY: Final = 0.5
"""Seconds after which such a thread has the pool try again, when that had given up connecting."""


class PooledConnection(psycopg.Connection[Any]):
    """A connection that the pool opens, with the password of now."""

    @classmethod
    def connect(cls, conninfo: str = "", **parameters: Any) -> Self:  # noqa: ANN401 - as psycopg has it
        """Connect; raises ``OperationalError`` when no known password is taken."""
        first = super().connect
        connection: Self = with_password_of_now(
            lambda chosen: first(conninfo, **chosen), parameters
        )
        return connection


def pool_options(size: int) -> dict[str, Any]:
    """Return Django's ``OPTIONS["pool"]`` for at most ``size`` connections.

    ``size`` is at least the number of the process's threads, or some would wait. The pool gives
    up at once when it cannot connect, and each try of ``TRY`` seconds has it connect again: what
    waits when the server comes back is served, not only what comes after a pause that grew with
    the outage. Connections are checked where they are taken, ``config.database.base``.
    """
    return {
        "connection_class": PooledConnection,
        "min_size": 1,
        "max_size": size,
        "timeout": TRY,
        "max_idle": 300,
        "reconnect_timeout": 0,
    }


def is_alive(connection: psycopg.Connection[Any]) -> bool:
    """Tell whether the server still answers on it."""
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return False
    return True
