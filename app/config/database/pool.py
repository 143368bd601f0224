"""The pool of connections of a web process, https://www.psycopg.org/psycopg3/docs/advanced/pool.html."""

from typing import Any, Self

import psycopg

from config.database.password import with_password_of_now


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

    ``size`` is at least the number of the process's threads, or some would wait. A thread that
    gets no connection within ``timeout`` seconds answers that the database is away. The pool
    gives up at once when it cannot connect: the next request is the next try, and the first one
    after an outage is served, not the first one after a pause that grew with the outage.
    """
    return {
        "connection_class": PooledConnection,
        "min_size": 1,
        "max_size": size,
        "timeout": 5,
        "max_idle": 300,
        "reconnect_timeout": 0,
    }
