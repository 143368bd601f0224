"""Whether backups are being made: the container's health check, ``ledgerflow-backup health``.

Standard library only. Red means that somebody should look: a run was missed or failed, the newest
proven backup is too old, or the schedule itself no longer looks around.
"""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from backup import gate
from backup.schedule.state import STATE_FILE, State

PREFIX: Final = "LEDGERFLOW_BACKUP_"
BEAT: Final = timedelta(seconds=60)
"""Longer than the schedule ever takes to look around."""
GRACE: Final = timedelta(minutes=15)
"""How long a run that is due, or the first one of a new container, may take to succeed."""
LONGEST: Final = timedelta(hours=3)
"""How long one run may go on; until then those that wait for it are not missed."""


def problems(
    state: State, status: gate.BackupStatus, now: datetime, grace: timedelta = GRACE
) -> Iterator[str]:
    """Yield what is wrong, each in a line; nothing when all is well."""
    if now.timestamp() - state.beat > BEAT.total_seconds():
        yield f"the schedule has not looked around for {now.timestamp() - state.beat:.0f} s"
    busy = now.timestamp() - (state.running_since or 0) < LONGEST.total_seconds()
    if state.running_since and not busy:
        yield f"{state.running} has been running for more than {LONGEST}"
    for name, job in sorted(state.jobs.items()):
        if job.last_exit not in (None, 0):
            yield f"{name} failed: {job.error or f'exit code {job.last_exit}'}"
        elif not busy and _over(job.overdue_since, now, grace):
            yield f"{name} was missed: it is due and does not run"
    if not status.verified and not busy and _over(state.started, now, grace):
        yield status.reason


def _over(since: float | None, now: datetime, grace: timedelta) -> bool:
    return since is not None and now.timestamp() - since > grace.total_seconds()


def main() -> int:
    """Print what is wrong and return 1, or say that all is well and return 0."""
    now = datetime.now(UTC)
    try:
        state = State.read(STATE_FILE)
    except (OSError, ValueError, TypeError) as error:
        print(f"the schedule is not running: {error}")
        return 1
    environment, archive = os.environ[f"{PREFIX}ENVIRONMENT"], os.environ[f"{PREFIX}ARCHIVE"]
    age = timedelta(hours=int(os.environ.get(f"{PREFIX}MAX_AGE_HOURS", "24")))
    status = gate.status(environment, Path(archive), now, age)
    found = list(problems(state, status, now))
    print("\n".join(found) or "backups are made and proved in time")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
