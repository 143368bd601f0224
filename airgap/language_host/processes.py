"""The processes that the host starts: each in a group of its own, none of which outlives it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

GRACE_SECONDS = 0.5
"""How long a process may take to end after SIGTERM before it is killed."""


class Processes:
    """Every child that runs at the moment. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def start(
        self,
        arguments: Sequence[str | Path],
        *,
        directory: Path,
        environment: Mapping[str, str],
        stdin: int = subprocess.DEVNULL,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a child as the leader of a new process group.

        Raises:
            OSError: the executable or the directory is not there.
            RuntimeError: the host is shutting down.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the language host is shutting down")
            child = subprocess.Popen(
                arguments,
                cwd=directory,
                env=dict(environment),
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                process_group=0,
            )
            self._running.add(child)
        return child

    def wait(self, child: subprocess.Popen[bytes]) -> int:
        """Wait for `child`, then end what it left behind in its group; its exit code.

        The exit code is negative for a signal, as in `subprocess`.
        """
        code = child.wait()
        signal_group(child, signal.SIGKILL)
        with self._lock:
            self._running.discard(child)
        return code

    def end(self, child: subprocess.Popen[bytes]) -> None:
        """Ask `child` and its group to end; kill them if they do not within the grace period."""
        end([child])

    def end_all(self) -> None:
        """End every child that runs."""
        with self._lock:
            running = list(self._running)
        end(running)

    def close(self) -> None:
        """End every child, and start no more."""
        with self._lock:
            self._closed = True
        self.end_all()


def end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """End several children at once, within one grace period."""
    for child in children:
        signal_group(child, signal.SIGTERM)
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_SECONDS)
    for child in children:
        signal_group(child, signal.SIGKILL)


def signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the process group of `child`; nothing happens when the group has ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
