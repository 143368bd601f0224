"""Connects with the password of now: the one read at start, or the one handed over since.

While a password is rotated the server stops taking the one that this process started with. The
new one lies beside its file then (``<file>-next``); requests go on, with another connection.
"""

from typing import Any, Final

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base

from config.environment import NEXT, beside

REFUSED: Final = "password authentication failed"
"""libpq reports a refused password without its code, as the text of a connection error."""


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django knows it, which asks for the new password where the old is refused."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - as Django has it
        """Connect; raises ``OperationalError`` when no known password is taken."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError as error:
            handed_over = beside(settings.LEDGERFLOW.database.password_file, NEXT)
            if REFUSED not in str(error) or handed_over is None:
                raise
            return super().get_new_connection({**conn_params, "password": handed_over})
