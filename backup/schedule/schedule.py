"""Looks at the archive, decides what is due and runs it; timers call it from outside."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from backup import gate
from backup.catalog import Catalog, Entry
from backup.clock import Clock, now
from backup.drill import last_passed
from backup.errors import EXIT_BUSY, BackupError
from backup.schedule import health
from backup.schedule.jobs import Job, follow_ups, jobs, last_successes
from backup.schedule.logs import log
from backup.schedule.metrics import Metrics
from backup.schedule.runner import Outcome
from backup.schedule.settings import ScheduleSettings
from backup.schedule.state import STATE_FILE, JobState, State, seconds

RETRY: Final = timedelta(minutes=5)
"""After a failed run: soon enough after a database came back, rare enough to be no nuisance."""

Run = Callable[[str, Sequence[str]], Outcome]
"""Runs ``ledgerflow-backup`` for a job with these arguments."""


class Schedule:
    """What is due is read from the archive each time, so a restart forgets nothing."""

    def __init__(
        self,
        settings: ScheduleSettings,
        run: Run,
        metrics: Metrics,
        clock: Clock = now,
        state_file: Path = STATE_FILE,
    ) -> None:
        self._settings = settings
        self._run = run
        self._metrics = metrics
        self._clock = clock
        self._state_file = state_file
        self._lock = threading.Lock()
        self.jobs = jobs(settings)
        begun = clock().timestamp()
        self.state = State(started=begun, beat=begun)
        self.state.jobs = {job.name: JobState() for job in self.jobs}

    def look(self) -> None:
        """Read the archive and publish what it means: what succeeded, is due, comes next."""
        moment = self._clock()
        entries = self._entries()
        with self._lock:
            found = last_successes(entries, last_passed(self._settings.folder))
            for job in self.jobs:
                self._note(job, found[job.name], moment)
            self.state.beat = moment.timestamp()
            self.state.write(self._state_file)
            folder = self._settings.folder
            status = gate.status(folder.name, folder.parent, moment, self._settings.max_age)
            healthy = not any(health.problems(self.state, status, moment))
            self._metrics.show(self.state, entries, healthy=healthy)

    def run_due(self) -> None:
        """Run every job that is due, one after the other; what just failed waits a little."""
        for job in self.jobs:
            self.look()
            known = self.state.jobs[job.name]
            if known.overdue_since is not None and not self._failed_lately(known):
                self._perform(job)
        self.look()

    def _entries(self) -> list[Entry]:
        try:
            return Catalog(self._settings.folder).entries()
        except BackupError as error:
            log("archive", "error", error=error.what, remedy=error.remedy)
            return []

    def _note(self, job: Job, success: datetime | None, moment: datetime) -> None:
        known = self.state.jobs[job.name]
        known.last_success = seconds(success)
        known.next = seconds(job.line.after(moment))
        if not job.due(success, moment):
            known.overdue_since = None
        elif known.overdue_since is None:
            known.overdue_since = moment.timestamp()

    def _failed_lately(self, known: JobState) -> bool:
        if known.last_exit in (None, 0) or known.last_attempt is None:
            return False
        return self._clock().timestamp() - known.last_attempt < RETRY.total_seconds()

    def _perform(self, job: Job) -> None:
        if self._one(job.name, job.command) == 0:
            # only after a success: a failed run must never lead to a removal
            for name, command in follow_ups(self._settings, job):
                self.state.jobs.setdefault(name, JobState())
                self._one(name, command)

    def _one(self, name: str, command: Sequence[str]) -> int:
        log("run.started", job=name, command=list(command))
        begun = self._clock().timestamp()
        self._running(name, begun)
        try:
            outcome = self._run(name, command)
        finally:
            self._running(None, None)
        if outcome.code == EXIT_BUSY:
            log("run.busy", job=name)
            return EXIT_BUSY
        known = self.state.jobs[name]
        known.last_attempt = self._clock().timestamp()
        known.last_seconds = round(outcome.seconds, 3)
        known.last_exit = outcome.code
        known.error = outcome.words if outcome.code else None
        if outcome.code == 0 and not any(job.name == name for job in self.jobs):
            known.last_success = known.last_attempt
        self._metrics.count(name, succeeded=outcome.code == 0)
        log("run.ended", job=name, code=outcome.code, seconds=known.last_seconds)
        if outcome.code:
            log("alarm", "error", job=name, error=outcome.words)
        return outcome.code

    def _running(self, name: str | None, since: float | None) -> None:
        with self._lock:
            self.state.running, self.state.running_since = name, since
            self.state.write(self._state_file)
