"""What the schedule runs, and whether it is due: read from the archive, never from memory.

So a job that was missed while the machine was off, the container was away or the database was
down is found due as soon as somebody looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from backup.catalog import Entry
from backup.schedule.moments import CronLine
from backup.schedule.settings import ScheduleSettings
from infra.conventions import BackupKind

JobName = Literal["database", "full", "drill"]


@dataclass(frozen=True)
class Job:
    """One line of the schedule."""

    name: JobName
    line: CronLine
    command: tuple[str, ...]
    """Arguments of ``ledgerflow-backup``."""

    def due(self, last: datetime | None, now: datetime) -> bool:
        """Tell whether a moment of the line has passed since the last success."""
        if last is None:
            return True
        following = self.line.after(last)
        return following is not None and following <= now


def jobs(settings: ScheduleSettings) -> tuple[Job, ...]:
    """Return the jobs, the most urgent first."""
    zone = settings.time_zone
    reason = ("--reason", "scheduled")
    return (
        Job("database", CronLine(settings.schedule_database, zone), ("db", *reason)),
        Job("full", CronLine(settings.schedule_full, zone), ("full", *reason)),
        Job("drill", CronLine(settings.schedule_drill, zone), ("drill",)),
    )


def follow_ups(settings: ScheduleSettings, job: Job) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what comes after a success of ``job``: names and arguments, in their order.

    The copy goes before the removal, so that nothing is removed here that is not there.
    """
    if job.name == "drill":
        return ()
    here = ("prune", ("prune",))
    if settings.offsite_bucket is None:
        return (here,)
    return (
        ("offsite", ("offsite", "push")),
        here,
        ("offsite-prune", ("offsite", "prune")),
    )


def last_successes(
    entries: Iterable[Entry], drilled: datetime | None
) -> dict[JobName, datetime | None]:
    """Return when each job last did its work; ``drilled`` is the last drill that passed."""
    proven = [entry for entry in entries if entry.proven]
    kinds: dict[JobName, BackupKind] = {"database": "db", "full": "full"}
    found = {
        name: max((e.created for e in proven if e.kind == kind), default=None)
        for name, kind in kinds.items()
    }
    return {**found, "drill": drilled}
