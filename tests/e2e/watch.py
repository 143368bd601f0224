"""What any process of this machine shows to others while something runs."""

import os
import threading
import time
from pathlib import Path

PAUSE_SECONDS = 0.1
YOUNG_SECONDS = 2.0
"""A younger process may still be about to run its program: it is looked at in every round."""
AGAIN_SECONDS = 5.0
"""An older one may give itself another command line, as servers do to say what they are at."""


class Watch(threading.Thread):
    """Every command line and every environment of every process, by its program's name.

    The test's own process is left out: it alone knows the values that are searched for.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.command_lines: set[bytes] = set()
        self.environments: set[bytes] = set()
        self._end = threading.Event()

    def __enter__(self) -> "Watch":
        self.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._end.set()
        self.join()

    def run(self) -> None:
        known = {str(os.getpid()): (0.0, float("inf"))}
        while not self._end.wait(PAUSE_SECONDS):
            now = time.monotonic()
            names = os.listdir("/proc")  # noqa: PTH208 - ten times a second
            there = [name for name in names if name.isdigit()]
            known = {name: known.get(name, (now, now)) for name in there}
            for name, (since, due) in known.items():
                if now >= due:
                    young = now - since < YOUNG_SECONDS
                    known[name] = (since, now if young else now + AGAIN_SECONDS)
                    self._add(Path("/proc", name, "cmdline"), self.command_lines)
                    self._add(Path("/proc", name, "environ"), self.environments)

    @staticmethod
    def _add(path: Path, to: set[bytes]) -> None:
        try:
            to.add(path.read_bytes())
        except OSError:  # the process has ended
            return
