"""The password of now: the one read at start, or the one handed over since.

While a password is rotated the server stops taking the one that this process started with. The
new one lies beside its file then (``<file>-next``); requests go on, with another connection.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg
from django.conf import settings

from config.environment import NEXT, beside

REFUSED: Final = "password authentication failed"
"""libpq reports a refused password without its code, as the text of a connection error."""


def with_password_of_now(
    connect: Callable[[Mapping[str, Any]], Any], parameters: Mapping[str, Any]
) -> Any:  # noqa: ANN401 - whatever connect returns
    """Connect; raises ``OperationalError`` when no known password is taken."""
    try:
        return connect(parameters)
    except psycopg.OperationalError as error:
        handed_over = beside(settings.LEDGERFLOW.database.password_file, NEXT)
        if REFUSED not in str(error) or handed_over is None:
            raise
        return connect({**parameters, "password": handed_over})
