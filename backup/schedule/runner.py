"""Runs one job as a process of its own, so that whatever happens to it cannot stop the schedule."""

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Final

from backup.schedule.logs import passed_on

WORDS: Final = 3
"""Last lines of a failed job that are kept as its error."""
STOP_SECONDS: Final = 40
"""Between the request to stop and the kill; the container itself has 60 s."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended: its exit code (negative: the signal that ended it) and its last words."""

    code: int
    seconds: float
    words: str


class Runner:
    """Starts processes one after the other, and ends the present one when told to stop."""

    def __init__(self, program: Sequence[str]) -> None:
        self._program = tuple(program)
        self._process: subprocess.Popen[str] | None = None
        self._stopping = threading.Event()

    def run(self, job: str, arguments: Sequence[str]) -> Outcome:
        """Run the program with ``arguments`` to its end; its output goes to the log."""
        begun = time.monotonic()
        last: deque[str] = deque(maxlen=WORDS)
        with subprocess.Popen(
            [*self._program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            self._process = process
            if self._stopping.is_set():  # told to stop between two runs
                process.terminate()
            _pass_on(process.stdout, job, last)
            code = process.wait()
            self._process = None
        return Outcome(code, time.monotonic() - begun, " / ".join(last))

    def stop(self) -> None:
        """Ask the running process to end, and see that it does."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _pass_on(output: IO[str] | None, job: str, last: deque[str]) -> None:
    for line in output or ():
        passed_on(line.rstrip("\n"), job)
        if line.strip():
            last.append(line.strip())


def program() -> tuple[str, ...]:
    """Return how ``ledgerflow-backup`` is started by this very interpreter."""
    return (sys.executable, "-c", "import sys; from backup.command import main; sys.exit(main())")
