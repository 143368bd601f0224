"""Keeps the plugin answering: a supervisor owns the socket, a worker answers on it.

The socket outlives every worker: what the daemon asks while one is replaced waits in its queue.
A worker that ended is replaced at once, one that no longer answers (stopped, wedged) is killed
first. Should the supervisor itself be killed, its worker takes over its part.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from guard.authz.asking import answers

INTERVAL_SECONDS: Final = 1.0
"""Between two looks at the worker."""
PATIENCE_SECONDS: Final = 3.0
"""How long an answer may take; two in a row that do not come, and the worker is replaced."""
MISSES: Final = 2
LONGEST_PAUSE_SECONDS: Final = 2.0
"""Before the next worker, when workers end as soon as they begin."""
QUEUE: Final = 128
LOG: Final = logging.getLogger("ledgerflow.authz")


def listen(path: Path) -> socket.socket:
    """Return a socket that listens at ``path``, only for its owner, in place of what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(fresh))
    finally:
        os.umask(before)
    listening.listen(QUEUE)
    fresh.rename(path)
    return listening


class Supervisor:
    """Runs ``command`` with the listening socket as its ``--descriptor``, again and again."""

    def __init__(self, listening: socket.socket, path: Path, command: Sequence[str]) -> None:
        self._listening = listening
        self._path = path
        self._command = command
        self._stopping = False
        self._worker: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Stay until SIGTERM or SIGINT comes; the worker goes with the supervisor then.

        SIGHUP replaces the worker, which then runs the code as it is now.
        """
        signal.signal(signal.SIGHUP, self._renew)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        pause = 0.0
        while not self._stopping:
            answered = self._run_worker()
            pause = 0.0 if answered else min(pause * 2 + 0.1, LONGEST_PAUSE_SECONDS)
            if pause and not self._stopping:
                threading.Event().wait(pause)

    def _run_worker(self) -> bool:
        """Start a worker, return when it has ended; tell whether it ever answered."""
        descriptor = self._listening.fileno()
        with subprocess.Popen(
            [*self._command, "--descriptor", str(descriptor)],
            stdin=subprocess.PIPE,  # its end tells the worker that the supervisor is gone
            pass_fds=[descriptor],
        ) as worker:
            self._worker = worker
            if self._stopping:
                worker.terminate()
            answered = self._watch(worker)
            LOG.warning("the worker %d ended with %s", worker.pid, worker.wait())
        return answered

    def _watch(self, worker: subprocess.Popen[bytes]) -> bool:
        answered, misses = False, 0
        while not _ended(worker, INTERVAL_SECONDS):
            if answers(self._path, PATIENCE_SECONDS):
                answered, misses = True, 0
                continue
            misses += 1
            if misses >= MISSES:
                LOG.error("the worker %d does not answer: it is replaced", worker.pid)
                worker.kill()
        return answered

    def _renew(self, number: int, frame: FrameType | None) -> None:
        if self._worker is not None:
            self._worker.terminate()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
        self._renew(number, frame)


def take_over_when_orphaned(descriptor: int, command: Sequence[str]) -> None:
    """Begin to wait, beside the worker's work, for its supervisor's end; then be a supervisor."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        LOG.error("the supervisor is gone: the worker %d takes its place", os.getpid())
        os.set_inheritable(descriptor, True)
        os.execv(command[0], [*command, "--descriptor", str(descriptor)])  # noqa: S606

    threading.Thread(target=wait, daemon=True).start()


def _ended(worker: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        worker.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
