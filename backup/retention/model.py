"""What retention knows of a backup, what it is asked for, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from backup.manifest import Reason
from infra.conventions import BACKUP_KINDS as KINDS
from infra.conventions import BackupKind as Kind

__all__ = [
    "FOREVER",
    "KINDS",
    "Circumstances",
    "ClockMemory",
    "Decision",
    "Keep",
    "Kind",
    "Outcome",
    "Policy",
    "Reason",
    "Report",
    "Row",
    "Subject",
]

FOREVER = datetime.max.replace(tzinfo=UTC)
"""The end of a pin that has none."""


class Decision(StrEnum):
    """What becomes of one backup."""

    KEEP = "keep"
    REMOVE = "remove"
    HOLD = "hold"
    """It would be removed, but this report removes nothing; the report says why."""


class Outcome(StrEnum):
    """How the last run of a kind of backup ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Keep(BaseModel):
    """How many hours, days, ISO weeks and months of one kind of backup stay.

    Each number counts periods that have a *proven* backup, and the newest proven one of every
    counted period stays. Periods without one do not count, so neither silence nor a wrong clock
    makes a backup redundant: only newer proven backups do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: int = Field(0, ge=0, le=24 * 366)
    days: int = Field(0, ge=0, le=3660)
    weeks: int = Field(0, ge=0, le=520)
    months: int = Field(0, ge=0, le=120)

    @property
    def window(self) -> timedelta:
        """How long every backup stays, several in one hour or day among them."""
        return max(timedelta(hours=self.hours), timedelta(days=self.days))


class Policy(BaseModel):
    """What retention is to keep; the defaults are LedgerFlow's promise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    db: Keep = Keep(hours=48)
    full: Keep = Keep(days=7)
    proven: int = Field(3, ge=3, le=1000)
    """How many of the newest proven backups of each kind always stay: three at the least."""
    safety: timedelta = timedelta(days=30)
    """How long a backup made before a restore stays."""
    emergency: timedelta = timedelta(days=90)
    clock_jump: timedelta = timedelta(hours=48)
    """A clock that moved on further than this since the last run is not believed."""
    clock_settles: timedelta = timedelta(hours=24)
    """For how long after a jump the clock must go steadily before it is believed again."""
    clock_tolerance: timedelta = timedelta(minutes=5)
    """How far clocks may differ without being called wrong."""

    def keep(self, kind: Kind) -> Keep:
        """Return what this policy says of `kind`."""
        return self.db if kind == "db" else self.full

    def own_time(self, reason: Reason) -> timedelta | None:
        """Return how long a backup made for `reason` stays whatever the periods say."""
        return {"safety": self.safety, "emergency": self.emergency}.get(reason)


@dataclass(frozen=True, slots=True)
class Subject:
    """One backup as retention sees it, here or off-site. Times are UTC."""

    id: str
    kind: Kind
    created: datetime
    reason: Reason
    proven: bool
    size: int = 0
    """Bytes that its removal frees."""
    problems: tuple[str, ...] = ()
    """What the catalog says is wrong with it; it then counts for nothing and stays."""
    pinned_until: datetime | None = None
    """`FOREVER` for a pin without an end."""
    locked_until: datetime | None = None
    """When the store's object lock on it ends."""


@dataclass(frozen=True, slots=True)
class ClockMemory:
    """What earlier runs saw of the clock."""

    seen: datetime | None = None
    """The time of the last run; None when there was none."""
    distrusted_since: datetime | None = None
    """The first run after a jump, while the clock has not settled since."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that a report depends on besides the backups and the policy."""

    now: datetime
    outcomes: Mapping[Kind, Outcome] = field(default_factory=dict)
    """How the last run of each kind ended; a kind that is missing is unknown."""
    clock: ClockMemory = ClockMemory()


@dataclass(frozen=True, slots=True)
class Row:
    """The decision on one backup and its reasons, at least one."""

    subject: Subject
    decision: Decision
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The rows, newest first within each kind, and what forbids to act on them."""

    rows: tuple[Row, ...]
    holds: tuple[str, ...]
    """Why nothing is removed this time; empty when the report may be carried out."""
    clock: ClockMemory
    """What the next run should remember of the clock."""

    @property
    def removable(self) -> tuple[Row, ...]:
        """The rows to remove, oldest first; none while anything forbids it."""
        chosen = [row for row in self.rows if row.decision is Decision.REMOVE]
        return tuple(sorted(chosen, key=lambda row: (row.subject.created, row.subject.id)))
