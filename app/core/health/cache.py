"""Probe of Redis."""

from typing import cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.health.status import Finding


def probe_cache(url: str, timeout: float = 1.5) -> Finding:
    """Write a key that expires, and return the server's version.

    A server that answers but takes no writes (out of memory, a replica) is of no use, so a ping is
    not enough. ``timeout`` is in seconds, for connecting and for each answer.
    """
    client = redis.Redis.from_url(
        url,
        socket_connect_timeout=timeout,
        socket_timeout=timeout,
        retry=Retry(NoBackoff(), 0),  # the next probe is the next try
        decode_responses=True,
    )
    with client:
        client.set("ledgerflow:probe", "1", ex=10)
        server = cast(dict[str, object], client.info("server"))
    return Finding(version=str(server["redis_version"]))
