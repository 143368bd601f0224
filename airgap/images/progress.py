"""Saying what goes on: one line per step, and a line every ten seconds while it takes long."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Say = Callable[[str], None]
INTERVAL = 10.0
"""Seconds between two lines of the same step."""


class Step:
    """A step that is under way; `detail` is what it is at just now."""

    def __init__(self) -> None:
        """Start the clock."""
        self.detail = ""
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the step began."""
        return time.monotonic() - self._started


@contextmanager
def step(say: Say, title: str) -> Iterator[Step]:
    """Announce `title`, repeat it with the time while the body runs long."""
    current = Step()
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(INTERVAL):
            detail = f": {current.detail}" if current.detail else ""
            say(f"{title} ({current.seconds:.0f} s){detail}")

    say(title)
    ticker = threading.Thread(target=repeat, name="progress", daemon=True)
    ticker.start()
    try:
        yield current
    finally:
        done.set()
        ticker.join()
