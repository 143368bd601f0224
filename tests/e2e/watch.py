"""What any process of this machine shows to others while something runs."""

import os
import threading
from pathlib import Path

PAUSE_SECONDS = 0.1


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
        own = str(os.getpid())
        while not self._end.wait(PAUSE_SECONDS):
            for process in Path("/proc").glob("[0-9]*"):
                if process.name == own:
                    continue
                self._add(process / "cmdline", self.command_lines)
                self._add(process / "environ", self.environments)

    @staticmethod
    def _add(path: Path, to: set[bytes]) -> None:
        try:
            to.add(path.read_bytes())
        except OSError:  # the process has ended
            return
