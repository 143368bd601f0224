"""Figures for Prometheus, over HTTP on the internal network; nothing of it is published."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

from backup.catalog import Entry
from backup.schedule.state import State

PREFIX = "ledgerflow_backup"


class Metrics:
    """One registry; ``show`` sets what can be read anew, ``count`` adds up the runs."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._runs = Counter(
            f"{PREFIX}_runs", "Runs that ended.", ["job", "result"], registry=self.registry
        )
        self._last_success = self._gauge("last_success_timestamp_seconds", "Last success.", "job")
        self._last_attempt = self._gauge("last_attempt_timestamp_seconds", "Last end.", "job")
        self._last_exit = self._gauge("last_exit_code", "Exit code of the last run.", "job")
        self._last_seconds = self._gauge("last_run_seconds", "How long the last run took.", "job")
        self._next = self._gauge("next_run_timestamp_seconds", "Next moment of the line.", "job")
        self._overdue = self._gauge("overdue", "1 while it is due and did not succeed.", "job")
        self._proven = self._gauge("newest_proven_timestamp_seconds", "Newest proven.", "kind")
        self._count = self._gauge("archive_backups", "Backups in the archive.", "kind", "state")
        self._bytes = self._gauge("archive_bytes", "Size of their payloads.", "kind")
        self._healthy = self._gauge("healthy", "1 while the health check is green.")

    def count(self, job: str, *, succeeded: bool) -> None:
        """Add a run that ended."""
        self._runs.labels(job, "success" if succeeded else "failure").inc()

    def show(self, state: State, entries: Iterable[Entry], *, healthy: bool) -> None:
        """Take over what the schedule knows and what the archive holds."""
        self._healthy.set(healthy)
        for name, job in state.jobs.items():
            for gauge, value in (
                (self._last_success, job.last_success),
                (self._last_attempt, job.last_attempt),
                (self._last_exit, job.last_exit),
                (self._last_seconds, job.last_seconds),
                (self._next, job.next),
            ):
                if value is not None:
                    gauge.labels(name).set(value)
            self._overdue.labels(name).set(job.overdue_since is not None)
        self._show_archive(list(entries))

    def _show_archive(self, entries: list[Entry]) -> None:
        for gauge in (self._proven, self._count, self._bytes):
            gauge.clear()
        newest: dict[str, datetime] = {}
        for entry in entries:
            state = "proven" if entry.proven else "damaged" if entry.damaged else "unproven"
            self._count.labels(entry.kind, state).inc()
            if entry.manifest is not None:
                self._bytes.labels(entry.kind).inc(entry.manifest.payload.size)
            if entry.proven:
                newest[entry.kind] = max(newest.get(entry.kind, entry.created), entry.created)
        for kind, moment in newest.items():
            self._proven.labels(kind).set(moment.timestamp())

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"{PREFIX}_{name}", words, labels, registry=self.registry)

    def serve(self, port: int) -> None:
        """Answer ``GET /metrics`` from a thread of its own, until the process ends."""
        start_http_server(port, registry=self.registry)
