"""How much of a file is read while somebody waits for the page, and how long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from core.errors import TooLargeError, UnprocessableError

MOST_ROWS: Final = 250_000
"""Of a CSV file; about ten seconds of a processor."""
MOST_TAGS: Final = 2_500_000
"""Of OFX and CAMT.053: a tree of more takes more memory than a web server has for one request."""
MOST_SECONDS: Final = 60.0
"""Of a processor, not of the clock: a busy machine refuses nothing that it can read."""

_ends: ContextVar[float | None] = ContextVar("ends", default=None)


def check_tags(content: bytes) -> None:
    """Raise ``TooLargeError`` for a message of too many elements, before a tree is made of it."""
    if content.count(b"<") > MOST_TAGS:
        raise TooLargeError(
            f"The file has more than {MOST_TAGS:,} elements. Ask the bank for a shorter time."
        )


@contextmanager
def limited(seconds: float = MOST_SECONDS) -> Iterator[None]:
    """Let reading within the block compute for so many seconds, then ``go_on`` raises."""
    token = _ends.set(time.thread_time() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def go_on() -> None:
    """Raise ``UnprocessableError`` (``time_limit``) when the block's time is used up."""
    ends = _ends.get()
    if ends is not None and time.thread_time() > ends:
        raise UnprocessableError(
            "Reading the file takes too long. Ask the bank for a shorter time, or in another form.",
            code="time_limit",
        )
