"""Connects as Django's backend does, with the password of now."""

from collections.abc import Mapping
from typing import Any

from django.db.backends.postgresql import base

from config.database.password import with_password_of_now


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django knows it, which asks for the new password where the old is refused.

    With a pool the pool connects, see ``config.database.pool``, and its refusals are not seen here.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - as Django has it
        """Connect; raises ``OperationalError`` when no known password is taken."""
        connect = super().get_new_connection

        def attempt(parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as Django has it
            return connect(dict(parameters))

        return with_password_of_now(attempt, conn_params)

    def without_pool(self) -> "DatabaseWrapper":
        """Return a wrapper of the same database that opens a connection of its own.

        A pool tells that it had no connection in time, but not why.
        """
        copy = self.copy()
        copy.settings_dict["OPTIONS"].pop("pool", None)
        return copy
