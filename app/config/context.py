"""What the log says of every line: the request it belongs to, and the user who made it.

Pure Python, because gunicorn's own log is set up before Django is.
"""

from contextvars import ContextVar
from typing import Final

request_id: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
"""Also set while a job runs, to the id of the request that asked for it."""
user_id: Final[ContextVar[int | None]] = ContextVar("user_id", default=None)
job_uid: Final[ContextVar[str | None]] = ContextVar("job_uid", default=None)

FIELDS: Final = (("request_id", request_id), ("user_id", user_id), ("job", job_uid))


def known() -> dict[str, str | int]:
    """Return the fields that are set, by the names they have in a log line."""
    return {name: value for name, field in FIELDS if (value := field.get()) is not None}
