"""Connects as Django's backend does, with the password of now."""

from collections.abc import Mapping
from time import monotonic
from typing import Any

from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool, PoolTimeout

from config.database.password import with_password_of_now
from config.database.pool import WAIT, is_alive


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django knows it, which asks for the new password where the old is refused.

    With a pool the pool connects, see ``config.database.pool``, and its refusals are not seen here.
    """

    pool: ConnectionPool[Any] | None  # the stubs of Django leave it out

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - as Django has it
        """Connect; raises ``OperationalError`` when no known password is taken.

        With a pool: raises ``PoolTimeout``, which is one, when it has none for ``WAIT`` seconds.
        """
        if self.pool:
            return self._living_connection(self.pool, conn_params)
        connect = super().get_new_connection

        def attempt(parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as Django has it
            return connect(dict(parameters))

        return with_password_of_now(attempt, conn_params)

    def _living_connection(self, pool: ConnectionPool[Any], conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - as Django has it
        """Take a connection from the pool that the server still knows.

        The pool's own check pauses after each dead connection, longer each time: after an outage
        it has as many of them as it has connections, and would give up before it is through.
        """
        deadline = monotonic() + WAIT
        while monotonic() < deadline:
            try:
                connection = super().get_new_connection(conn_params)
            except PoolTimeout:
                continue
            if is_alive(connection):
                return connection
            # What it ended by has ended those that lie in the pool beside it.
            pool.drain()
            pool.putconn(connection)
        raise PoolTimeout(f"couldn't get a connection after {WAIT} sec")

    def without_pool(self) -> "DatabaseWrapper":
        """Return a wrapper of the same database that opens a connection of its own.

        A pool tells that it had no connection in time, but not why.
        """
        copy = self.copy()
        copy.settings_dict["OPTIONS"].pop("pool", None)
        return copy
