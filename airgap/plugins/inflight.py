"""Which operations are under way, so that a plugin does not leave in the middle of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event


class InFlight:
    """Counts running operations; `cancelled` tells the slow ones to come to an end."""

    def __init__(self) -> None:
        self.cancelled = Event()
        self._count = 0
        self._changed = Condition()

    @contextmanager
    def operation(self) -> Iterator[None]:
        """Marks the body as something that changes the world."""
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def drain(self, seconds: float) -> bool:
        """Wait until nothing runs any more, at most `seconds`; True when nothing does."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, timeout=seconds)
