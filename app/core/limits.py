"""How often something may happen: a sliding window, counted for all processes in Redis.

One script counts and decides, so that two requests cannot both take the last place. Every process
counts for itself too: while Redis is away its own count decides, so a limit then holds per process
and is never none.
"""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.shared_redis import ask

PREFIX: Final = "ledgerflow:limit:"
MOST_KEYS: Final = 10_000
"""Keys that a process counts by itself; beyond, those that ended first are forgotten."""

_TAKE: Final = """
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
local window = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at - window)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
  local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, first[2] + window - at)
end
redis.call('ZADD', KEYS[1], at, ARGV[3])
redis.call('PEXPIRE', KEYS[1], window)
return 0
"""
"""Returns 0 when a place was taken, else the milliseconds until one is free."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``number`` within ``seconds``, whenever they begin."""

    number: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Place:
    """One of the times that a limit allows, which may be given back."""

    key: str
    identifier: str

    def give_back(self) -> None:
        """Let it not count."""
        _own.give_back(self)
        ask(
            lambda server: server.zrem(PREFIX + self.key, self.identifier),
            without="a place of a limit could not be given back",
        )


@dataclass(frozen=True, slots=True)
class Full:
    """There is no place; ``retry_after`` is in whole seconds, at least one."""

    retry_after: int


def take(key: str, limit: Limit) -> Place | Full:
    """Take a place under ``key``, which must hold no secret. Never raises for Redis."""
    place = Place(key, uuid.uuid4().hex)
    own = _own.take(place, limit)
    shared = _take_shared(place, limit)
    waiting = own if shared is None else shared
    if waiting:
        _own.give_back(place)
        return Full(max(1, -(-waiting // 1000)))
    return place


def _take_shared(place: Place, limit: Limit) -> int | None:
    arguments = (str(limit.number), str(limit.seconds * 1000), place.identifier)
    answer = ask(
        lambda server: server.eval(_TAKE, 1, PREFIX + place.key, *arguments),
        without="limits hold per process",
    )
    return None if answer is None else int(str(answer))


class OwnCount:
    """The same, of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the clock."""
        self._clock = clock
        self._lock = threading.Lock()
        self._taken: dict[str, dict[str, float]] = {}

    def take(self, place: Place, limit: Limit) -> int:
        """Return 0 when a place was taken, else the milliseconds until one is free."""
        now = self._clock()
        with self._lock:
            taken = self._taken.pop(place.key, {})
            taken = {name: ends for name, ends in taken.items() if ends > now}
            full = len(taken) >= limit.number
            if not full:
                taken[place.identifier] = now + limit.seconds
            self._taken[place.key] = taken  # the last one used is the last one forgotten
            while len(self._taken) > MOST_KEYS:
                del self._taken[next(iter(self._taken))]
            return max(1, round((min(taken.values()) - now) * 1000)) if full else 0

    def give_back(self, place: Place) -> None:
        """Let it not count."""
        with self._lock:
            self._taken.get(place.key, {}).pop(place.identifier, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._taken.clear()


_own = OwnCount()


def forget_own() -> None:
    """Forget what this process counted; tests begin with it."""
    _own.clear()
