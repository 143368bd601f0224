"""Runs probes side by side, each with the same limit of time."""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from core.health.failures import describe
from core.health.status import Finding, Status

Probe = Callable[[], Finding]
"""Returns what it found, raises when the dependency is not usable; it runs in its own thread."""

TIMEOUT = 3.0
"""Seconds after which a probe counts as failed. Its own time-outs end the thread soon after."""

logger = logging.getLogger(__name__)


def run_probes(probes: Mapping[str, Probe], timeout: float = TIMEOUT) -> tuple[Status, ...]:
    """Return a status for every probe, in their order, at the latest after ``timeout`` seconds.

    Never raises: whatever a probe raises becomes its status.
    """
    executor = ThreadPoolExecutor(max_workers=max(1, len(probes)), thread_name_prefix="probe")
    try:
        started = time.monotonic()
        running = {name: executor.submit(_run, name, probe) for name, probe in probes.items()}
        return tuple(_collect(name, running[name], started, timeout) for name in running)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _run(name: str, probe: Probe) -> Status:
    started = time.monotonic()
    try:
        finding = probe()
    except Exception as error:
        reason = describe(error)
        logger.warning("%s is not ready: %s", name, reason)
        return Status(name, ok=False, milliseconds=_since(started), detail=reason)
    return Status(name, True, _since(started), finding.version, finding.detail)


def _collect(name: str, future: Future[Status], started: float, timeout: float) -> Status:
    try:
        return future.result(timeout=max(0.0, started + timeout - time.monotonic()))
    except TimeoutError:
        logger.warning("%s is not ready: no answer in %.1f s", name, timeout)
        return Status(name, ok=False, milliseconds=_since(started), detail=describe(TimeoutError()))


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
