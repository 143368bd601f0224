"""What retention remembers from run to run: how runs ended, and what the clock showed.

Small sealed files in the archive's folder, one for each thing, so that nobody overwrites what
another has noted. One that is damaged is as good as none, and none means "not known", on which
nothing is ever removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import AwareDatetime

from backup.canonical import Sealed
from backup.clock import Clock
from backup.errors import BusyError, DamageError
from backup.publish import make_folder, publish_bytes
from backup.retention.model import KINDS, Circumstances, ClockMemory, Kind, Outcome

CLOCK_NAME = ".clock.json"
Document = TypeVar("Document", bound=Sealed)


class Run(Sealed):
    """The end of the last run of one kind of backup."""

    format: Literal[1] = 1
    kind: Kind
    outcome: Literal["succeeded", "failed"]
    finished: AwareDatetime


class SeenClock(Sealed):
    """What the last report saw of the clock."""

    format: Literal[1] = 1
    seen: AwareDatetime | None = None
    distrusted_since: AwareDatetime | None = None


@dataclass(frozen=True)
class Memory:
    """Everything that is remembered."""

    runs: dict[Kind, Run] = field(default_factory=dict)
    clock: ClockMemory = field(default_factory=ClockMemory)

    def circumstances(self, now: datetime) -> Circumstances:
        """Return what a report needs to know at `now`."""
        outcomes = {kind: Outcome(run.outcome) for kind, run in self.runs.items()}
        return Circumstances(now, outcomes, self.clock)


def run_name(kind: Kind) -> str:
    """Return the name of the file about the last run of `kind`."""
    return f".last-{kind}-run.json"


def recall(folder: Path) -> Memory:
    """Return what is remembered in the archive's `folder`."""
    read = {kind: _read(folder / run_name(kind), Run) for kind in KINDS}
    runs = {kind: run for kind, run in read.items() if run is not None and run.kind == kind}
    clock = _read(folder / CLOCK_NAME, SeenClock) or SeenClock()
    return Memory(runs, ClockMemory(clock.seen, clock.distrusted_since))


def record_run(folder: Path, kind: Kind, now: datetime, *, succeeded: bool) -> None:
    """Note how a run of `kind` ended; every run does, whatever its end. Raises ArchiveError."""
    run = Run(kind=kind, outcome="succeeded" if succeeded else "failed", finished=now)
    publish_bytes(folder, run_name(kind), run.document(), "last-run", replace=True)


@contextmanager
def recorded_run(folder: Path, kind: Kind, clock: Clock) -> Iterator[None]:
    """Note how the run in the block ends: as failed from its begin on, also when it is killed.

    A run that never began because another one holds the archive is not noted.
    Raises ArchiveError.
    """
    before = recall(folder).runs.get(kind)
    make_folder(folder)
    record_run(folder, kind, clock(), succeeded=False)
    try:
        yield
    except BusyError:
        if before is not None:
            record_run(folder, kind, before.finished, succeeded=before.outcome == "succeeded")
        raise
    record_run(folder, kind, clock(), succeeded=True)


def record_clock(folder: Path, clock: ClockMemory) -> None:
    """Note what a report saw of the clock. Raises ArchiveError."""
    seen = SeenClock(seen=clock.seen, distrusted_since=clock.distrusted_since)
    publish_bytes(folder, CLOCK_NAME, seen.document(), "clock", replace=True)


def _read(path: Path, kind: type[Document]) -> Document | None:
    try:
        return kind.read(path.read_bytes(), path.name)
    except (OSError, DamageError):
        return None
