"""When the host ends: at once on SIGINT and SIGTERM, and when the engine is gone.

The engine waits five seconds for a host that does not react to SIGINT; and an engine that was
killed cannot ask at all, so the host watches its parent.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

_POLL_SECONDS = 1.0


def stop_on_signal(stop: Callable[[], None]) -> None:
    """Call `stop` and leave the process on SIGINT, SIGTERM and SIGHUP."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        # In a thread: `stop` takes locks that the interrupted code may hold.
        threading.Thread(target=_stop_and_exit, args=(stop,), daemon=True).start()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def stop_with_parent(stop: Callable[[], None]) -> None:
    """Call `stop` and leave the process when its parent, the engine, has ended."""
    parent = os.getppid()

    def watch() -> None:
        _wait_for_end(parent)
        _stop_and_exit(stop)

    threading.Thread(target=watch, name="watch-engine", daemon=True).start()


def _wait_for_end(parent: int) -> None:
    try:
        descriptor = os.pidfd_open(parent)
    except OSError:  # a kernel before 5.3, or the parent has ended already
        while os.getppid() == parent:
            time.sleep(_POLL_SECONDS)
        return
    try:
        if os.getppid() == parent:
            select.select([descriptor], [], [])
    finally:
        os.close(descriptor)


def _stop_and_exit(stop: Callable[[], None]) -> None:
    try:
        stop()
    finally:
        # Not sys.exit: gRPC's own shutdown would wait for calls in flight.
        os._exit(0)
