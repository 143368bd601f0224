"""What retention remembers from run to run: how runs ended, and what the clock showed.

A small sealed file in the archive's folder. One that is damaged is as good as none, and none means
"not known", on which nothing is ever removed.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime

from backup.canonical import Model, Sealed
from backup.errors import DamageError
from backup.publish import publish_bytes
from backup.retention.model import Circumstances, ClockMemory, Kind, Outcome

MEMORY_NAME = ".retention.json"


class Run(Model):
    """The end of the last run of one kind of backup."""

    outcome: Literal["succeeded", "failed"]
    finished: AwareDatetime


class Memory(Sealed):
    """The file's content."""

    format: Literal[1] = 1
    runs: dict[Kind, Run] = {}
    clock_seen: AwareDatetime | None = None
    clock_distrusted_since: AwareDatetime | None = None

    def circumstances(self, now: datetime) -> Circumstances:
        """Return what a report needs to know at `now`."""
        outcomes: dict[Kind, Outcome] = {
            kind: Outcome(run.outcome) for kind, run in self.runs.items()
        }
        clock = ClockMemory(self.clock_seen, self.clock_distrusted_since)
        return Circumstances(now, outcomes, clock)


def recall(folder: Path) -> Memory:
    """Return what is remembered in the archive's `folder`; nothing when that is damaged."""
    path = folder / MEMORY_NAME
    try:
        return Memory.read(path.read_bytes(), path.name)
    except (OSError, DamageError):
        return Memory()


def record_run(folder: Path, kind: Kind, now: datetime, *, succeeded: bool) -> None:
    """Note how a run of `kind` ended; every run does, whatever its end. Raises ArchiveError."""
    run = Run(outcome="succeeded" if succeeded else "failed", finished=now)
    memory = recall(folder)
    _write(folder, memory.model_copy(update={"runs": {**memory.runs, kind: run}}))


def record_clock(folder: Path, clock: ClockMemory) -> None:
    """Note what a report saw of the clock. Raises ArchiveError."""
    seen = {"clock_seen": clock.seen, "clock_distrusted_since": clock.distrusted_since}
    _write(folder, recall(folder).model_copy(update=seen))


def _write(folder: Path, memory: Memory) -> None:
    publish_bytes(folder, MEMORY_NAME, memory.document(), "memory", replace=True)
