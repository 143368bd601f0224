"""Leaves a service that failed again and again alone for a while.

Closed, every call goes out. After ``FAILURES`` failures in a row it is open for ``OPEN`` seconds
and no call goes out. Then one call is let through: it closes the breaker, or opens it again. The
state is Redis's, so that all processes share it; while Redis is away each process has its own.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

from core.shared_redis import SharedRedis, ask

FAILURES: Final = 5
OPEN: Final = 60
"""Seconds."""
REMEMBERED: Final = 600
"""Seconds after which failures that nothing followed are forgotten."""
PREFIX: Final = "ledgerflow:breaker:"

_ASK: Final = """
local left = redis.call('TTL', KEYS[2])
if left > 0 then return left end
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[1]) then
  redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
end
return 0
"""
"""Returns 0 to go on, else the seconds to wait. The first to come after the pause goes on, and
everybody else waits for another pause or for its success."""
_FAILED: Final = """
local count = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
if count >= tonumber(ARGV[1]) then redis.call('SET', KEYS[2], '1', 'EX', ARGV[2]) end
return count
"""


class OwnBreakers:
    """The same, of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the clock."""
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: dict[str, int] = {}
        self._open: dict[str, float] = {}

    def ask(self, name: str) -> int:
        """Return 0 to go on, else the seconds to wait."""
        with self._lock:
            left = self._open.get(name, 0.0) - self._clock()
            if left > 0:
                return max(1, round(left))
            if self._failures.get(name, 0) >= FAILURES:
                self._open[name] = self._clock() + OPEN
            return 0

    def failed(self, name: str) -> None:
        """Note a failure."""
        with self._lock:
            self._failures[name] = self._failures.get(name, 0) + 1
            if self._failures[name] >= FAILURES:
                self._open[name] = self._clock() + OPEN

    def succeeded(self, name: str) -> None:
        """Close it."""
        with self._lock:
            self._failures.pop(name, None)
            self._open.pop(name, None)

    def clear(self) -> None:
        """Close all."""
        with self._lock:
            self._failures.clear()
            self._open.clear()


_own = OwnBreakers()


def forget_own() -> None:
    """Close the breakers of this process; tests begin with it."""
    _own.clear()


def seconds_to_wait(name: str) -> int:
    """Return 0 when the service ``name`` may be asked now, else how long it is left alone.

    Who is told 0 reports ``failed`` or ``succeeded`` afterwards.
    """
    arguments = (str(FAILURES), str(OPEN))
    answer = _shared(lambda server: server.eval(_ASK, 2, *_keys(name), *arguments))
    return _own.ask(name) if answer is None else int(str(answer))


def failed(name: str) -> None:
    """Note that the service did not answer as it should."""
    _own.failed(name)
    arguments = (str(FAILURES), str(OPEN), str(REMEMBERED))
    _shared(lambda server: server.eval(_FAILED, 2, *_keys(name), *arguments))


def succeeded(name: str) -> None:
    """Note that it did."""
    _own.succeeded(name)
    _shared(lambda server: server.delete(*_keys(name)))


def _keys(name: str) -> tuple[str, str]:
    return (f"{PREFIX}{name}:failures", f"{PREFIX}{name}:open")


def _shared(question: Callable[[SharedRedis], object]) -> object | None:
    return ask(question, without="the state of services is kept per process")
