"""Ports for tests that start servers, some of them long after they chose where."""

import os
import random
import socket

BELOW_THE_KERNELS = range(10_000, 32_000)
"""Linux hands out ports from 32768 on, macOS from 49152: a connection of any program may have one
of those when a server wants it, and a restarting server may find its own gone."""

_given: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Return ports that nobody holds, each given out once and to one worker of pytest only."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % workers
    mine = [port for port in BELOW_THE_KERNELS if port % workers == worker and port not in _given]
    found = [port for port in random.sample(mine, 20 + 10 * count) if _is_free(port)][:count]
    assert len(found) == count, "hardly a port of this machine is free"
    _given.update(found)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
