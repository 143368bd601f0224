"""Timings of whole commands, paired in one run so that a noisy machine disturbs both alike."""

import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

RUNS = 5


@dataclass(frozen=True)
class Timing:
    """Seconds of repeated runs of one thing."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        low, high = min(self.seconds), max(self.seconds)
        return f"{self.name:<44} median {self.median:6.2f} s  ({low:.2f} to {high:.2f})"


def timed(run: Callable[[], subprocess.CompletedProcess]) -> float:
    """Return the seconds of one run, which must succeed."""
    started = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - started
    assert result.returncode == 0, result.stdout + result.stderr
    return seconds


def repeated(name: str, run: Callable[[], subprocess.CompletedProcess]) -> Timing:
    """Return the timing of `RUNS` runs."""
    return Timing(name, tuple(timed(run) for _ in range(RUNS)))
