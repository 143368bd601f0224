"""The time of day, passed in wherever it matters so that a test can set it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present time with a time zone."""


def now() -> datetime:
    """Return the present second in UTC; backups are named and compared by whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
