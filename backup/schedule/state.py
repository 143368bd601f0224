"""What the schedule's process knows, as a file that the health check reads.

Standard library only: the health check runs every half minute and must not load a library.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

STATE_FILE: Final = Path("/tmp/ledgerflow-backup-schedule.json")  # noqa: S108 - in a container


@dataclass
class JobState:
    """One job, as far as this process has seen it; times are POSIX seconds."""

    last_success: float | None = None
    last_attempt: float | None = None
    last_exit: int | None = None
    last_seconds: float | None = None
    overdue_since: float | None = None
    """Since when this process could have run it and it is still due; None when it is not."""
    next: float | None = None
    error: str | None = None
    """The last words of the last attempt, when it failed."""


@dataclass
class State:
    """The schedule's process."""

    started: float
    beat: float
    """When the process last looked around."""
    running: str | None = None
    running_since: float | None = None
    jobs: dict[str, JobState] = field(default_factory=dict)

    def write(self, path: Path = STATE_FILE) -> None:
        """Publish the state whole."""
        temporary = path.with_suffix(".partial")
        temporary.write_text(json.dumps(asdict(self)), encoding="utf-8")
        temporary.replace(path)

    @classmethod
    def read(cls, path: Path = STATE_FILE) -> "State":
        """Return the published state; OSError and ValueError are the caller's."""
        content = json.loads(path.read_text(encoding="utf-8"))
        jobs = {name: JobState(**job) for name, job in content.pop("jobs").items()}
        return cls(**content, jobs=jobs)


def seconds(moment: datetime | None) -> float | None:
    """Return a moment as POSIX seconds."""
    return moment.timestamp() if moment else None
