"""The processes that the host starts: each in a group of its own, none of which outlives it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

GRACE_SECONDS = 0.5
"""How long a process may take to end after SIGTERM before it is killed."""


class Child:
    """A running process; `Processes.start` makes it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._ended = threading.Event()
        self.stdin = process.stdin
        self.stdout = process.stdout
        self.stderr = process.stderr

    @property
    def pid(self) -> int:
        """The process, and also its group."""
        return self._process.pid

    def wait(self) -> int:
        """Wait for the end; the exit code, negative for a signal."""
        self._ended.wait()
        return self._process.returncode

    def give(self, seconds: float) -> None:
        """Wait for the end for at most `seconds`."""
        self._ended.wait(seconds)

    def reap(self) -> None:
        """Collect the ended process. Until then its number cannot belong to another one."""
        self._process.wait()
        self._ended.set()


class Processes:
    """Every child that runs at the moment. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[Child] = set()
        self._closed = False

    def start(
        self,
        arguments: Sequence[str | Path],
        *,
        directory: Path,
        environment: Mapping[str, str],
        stdin: int = subprocess.DEVNULL,
        output: int | IO[bytes] | None = None,
    ) -> Child:
        """Start a child as the leader of a new process group.

        When it ends, whatever is left of its group ends with it. `output` is for both outputs.

        Raises:
            OSError: the executable or the directory is not there.
            InterruptedError: the host is shutting down.
        """
        with self._lock:
            if self._closed:
                raise InterruptedError("the language host is shutting down")
            child = Child(
                subprocess.Popen(
                    arguments,
                    cwd=directory,
                    env=dict(environment),
                    stdin=stdin,
                    stdout=output,
                    stderr=output,
                    process_group=0,
                )
            )
            self._running.add(child)
        threading.Thread(target=self._watch, args=(child,), daemon=True).start()
        return child

    def end(self, child: Child) -> None:
        """Ask `child` and its group to end; kill them if they do not within the grace period."""
        self._end([child])

    def end_all(self) -> None:
        """End every child that runs, within one grace period."""
        with self._lock:
            running = list(self._running)
        self._end(running)

    def close(self) -> None:
        """End every child, and start no more."""
        with self._lock:
            self._closed = True
        self.end_all()

    def _end(self, children: Iterable[Child]) -> None:
        for child in children:
            self._signal(child, signal.SIGTERM)
        for child in children:
            child.give(GRACE_SECONDS)
        for child in children:
            self._signal(child, signal.SIGKILL)

    def _signal(self, child: Child, number: signal.Signals) -> None:
        with self._lock, contextlib.suppress(ProcessLookupError):
            if child in self._running:
                os.killpg(child.pid, number)

    def _watch(self, child: Child) -> None:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        self._signal(child, signal.SIGKILL)
        with self._lock:
            self._running.discard(child)
        child.reap()
