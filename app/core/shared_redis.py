"""The Redis of the cache, asked directly where its scripts are needed.

A cache that is not in Redis, as in tests, has none. A server that did not answer is left alone for
a few seconds: whoever needs it has another way, and no page waits for a time-out again and again.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)
Answered = TypeVar("Answered")

BACKEND: Final = "django.core.cache.backends.redis.RedisCache"
TIME_OUT: Final = 1
"""Seconds, for connecting and for an answer."""
LEFT_ALONE: Final = 5.0
"""Seconds after a failure."""

_lock = threading.Lock()
_clients: dict[str, "SharedRedis"] = {}


class SharedRedis(redis.Redis):
    """A client that notes when its server was away."""

    away_until: float = 0.0

    def execute_command(self, *arguments: object, **options: object) -> object:
        """Ask the server; raises ``redis.RedisError``."""
        try:
            return super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]
        except (redis.ConnectionError, redis.TimeoutError):
            self.away_until = time.monotonic() + LEFT_ALONE
            raise


def client() -> SharedRedis | None:
    """Return the client of this process, or None: there is no Redis, or it was just away."""
    cache = settings.CACHES["default"]
    if cache["BACKEND"] != BACKEND:
        return None
    url = str(cache["LOCATION"])
    with _lock:
        found = _clients.get(url)
        if found is None:
            found = _clients[url] = _connected_to(url)
    return None if time.monotonic() < found.away_until else found


def ask(question: Callable[[SharedRedis], Answered], *, without: str) -> Answered | None:
    """Return the answer; None without Redis. ``without`` tells the log what holds meanwhile."""
    server = client()
    if server is None:
        return None
    try:
        return question(server)
    except redis.RedisError:
        logger.warning("Redis is away: %s", without)
        return None


def forget() -> None:
    """Close all clients, and with them what they know of servers that were away."""
    with _lock:
        for each in _clients.values():
            each.close()
        _clients.clear()


def _connected_to(url: str) -> SharedRedis:
    pool = redis.ConnectionPool.from_url(
        url,
        socket_connect_timeout=TIME_OUT,
        socket_timeout=TIME_OUT,
        retry=Retry(NoBackoff(), 1),
        decode_responses=True,
    )
    return SharedRedis(connection_pool=pool)
