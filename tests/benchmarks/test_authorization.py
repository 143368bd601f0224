"""What the daemon's plugin adds to a request: the same requests with it and without it."""

import statistics
import time
from collections.abc import Callable

import pytest

from guard.authz import install
from guard.engine_connection import SocketConnection
from tests.integration.guard.guarded import guarded

pytestmark = pytest.mark.benchmark

REQUESTS = 1000
ROUNDS = 2
LOOKS = ("GET", "/_ping", ""), ("GET", "/containers/json?all=1", "")
CHANGES = ("POST", "/volumes/create", '{"Name": "bench"}'), ("DELETE", "/volumes/bench", "")
REFUSED = (("DELETE", "/volumes/ledger_prod_db_data", ""),)
"""Without the plugin the daemon itself refuses: the volume is in use."""
JSON = {"Host": "docker", "Content-Type": "application/json"}


def seconds(socket, requests, count) -> list[float]:
    connection = SocketConnection(str(socket), 30)
    found = []
    for number in range(count):
        method, path, body = requests[number % len(requests)]
        begun = time.perf_counter()
        connection.request(method, path, body or None, JSON if body else {"Host": "docker"})
        response = connection.getresponse()
        response.read()
        found.append(time.perf_counter() - begun)
        assert response.status < 500
    connection.close()
    return found


def percentile(values: list[float], share: float) -> float:
    """In milliseconds."""
    return statistics.quantiles(values, n=1000)[round(share * 1000) - 1] * 1000


def test_the_time_that_the_plugin_adds():
    with guarded() as world:
        kinds: dict[str, Callable[[], list[float]]] = {
            "looking": lambda: seconds(world.socket, LOOKS, REQUESTS),
            "changing": lambda: seconds(world.socket, CHANGES, REQUESTS // 10),
            "refused": lambda: seconds(world.socket, REFUSED, REQUESTS // 10),
        }
        with_it: dict[str, list[float]] = {kind: [] for kind in kinds}
        without: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(ROUNDS):
            for kind, run in kinds.items():
                run()
                with_it[kind] += run()
            install.remove(world.daemon.places)
            for kind, run in kinds.items():
                run()
                without[kind] += run()
            install.install(world.daemon.places)
    print()
    for kind in kinds:
        shares = {
            share: (percentile(without[kind], share), percentile(with_it[kind], share))
            for share in (0.5, 0.99)
        }
        told = "  ".join(
            f"p{share * 100:.0f} {without_ms:5.2f} ms + {with_ms - without_ms:5.2f} ms"
            for share, (without_ms, with_ms) in shares.items()
        )
        print(f"{kind:<10} {told}")
