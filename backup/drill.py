"""A drill: backups are restored as they lie in the archive, long after they were made.

Every backup is proved when it is made. A drill shows that it still restores: the newest of each
kind, which a person would reach for, and the oldest, which retention promised to keep. Of all
others every byte is read and compared, so that a disk that forgets is noticed within a week. Its
record lies in the archive, sealed, with a page for people beside it.
"""

import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, Field

from backup.canonical import Model, Sealed
from backup.catalog import Catalog, Entry
from backup.clock import Clock
from backup.encryption import Identities
from backup.errors import BackupError, NotFoundError, ProofError
from backup.full.reading import archive_opener, member_check, readers, text_opener
from backup.locks import archive_lock
from backup.manifest import Manifest, Sha256
from backup.proof.run import prove, recheck
from backup.proof.texts import opener
from backup.publish import make_folder, publish_bytes
from backup.settings import Settings
from backup.sweeping import sweep
from infra.conventions import BACKUP_ID_TIME, PROJECT

FOLDER: Final = "drills"
RECORD: Final = re.compile(rf"{PROJECT}_drill_[0-9]{{8}}_[0-9]{{6}}\.json")


class Drilled(Model):
    """One backup of a drill."""

    id: str
    manifest_sha256: Sha256
    result: Literal["restored", "checked", "failed"]
    """``checked``: every byte is right; it was not restored, being neither the newest nor the
    oldest, or needing a key that was not given."""
    seconds: float = Field(ge=0)
    problem: str | None = None


class Drill(Sealed):
    """The record of one drill."""

    format: Literal[1] = 1
    environment: str
    begun: AwareDatetime
    seconds: float = Field(ge=0)
    backups: tuple[Drilled, ...] = Field(min_length=1)

    @property
    def passed(self) -> bool:
        """Whether nothing that was tried went wrong."""
        return all(backup.result != "failed" for backup in self.backups)


def drill(settings: Settings, clock: Clock, identities: Identities | None = None) -> Drill:
    """Restore the newest and the oldest proven backups of each kind, check the others; record it.

    One that fails is proven no longer. Raises `BusyError`, `NotFoundError` when there is nothing to
    restore, and `ProofError`, after recording it, when one failed.
    """
    with archive_lock(settings.folder, "drill", settings.lock_seconds):
        sweep(settings)
        begun, started = clock(), time.monotonic()
        entries = Catalog(settings.folder).entries()
        chosen = choose(entries)
        if not chosen:
            raise NotFoundError(
                f"there is no proven backup of {settings.environment} to restore",
                "make one first: `db`",
            )
        record = Drill(
            environment=settings.environment,
            begun=begun,
            backups=(
                *(_tried(e, m, settings, clock, identities) for e, m in chosen),
                *(_checked(e, m, settings, clock) for e, m in others(entries, chosen)),
            ),
            seconds=round(time.monotonic() - started, 3),
        )
        _publish(settings.folder, record)
    if not record.passed:
        words = "; ".join(f"{b.id}: {b.problem}" for b in record.backups if b.problem)
        raise ProofError(f"the drill failed: {words}", "make a new backup now, then find out why")
    return record


def choose(entries: Iterable[Entry]) -> list[tuple[Entry, Manifest]]:
    """Return the newest and the oldest proven backup of each kind, the newest first."""
    proven = sorted(
        ((e, e.manifest) for e in entries if e.proven and e.manifest is not None),
        key=lambda pair: pair[0].created,
    )
    chosen: dict[str, tuple[Entry, Manifest]] = {}
    for kind in ("db", "full"):
        of_kind = [pair for pair in proven if pair[0].kind == kind]
        chosen |= {pair[0].id: pair for pair in (*of_kind[-1:], *of_kind[:1])}
    return list(chosen.values())


def others(
    entries: Iterable[Entry], chosen: Iterable[tuple[Entry, Manifest]]
) -> list[tuple[Entry, Manifest]]:
    """Return the proven backups that are not chosen: they are checked and not restored."""
    known = {entry.id for entry, _ in chosen}
    return [(e, e.manifest) for e in entries if e.proven and e.manifest and e.id not in known]


def last_passed(folder: Path) -> datetime | None:
    """Return when the last drill that passed was begun; a damaged record counts for nothing."""
    try:
        paths = [path for path in (folder / FOLDER).iterdir() if RECORD.fullmatch(path.name)]
    except OSError:
        return None
    return max((r.begun for r in map(_record, paths) if r and r.passed), default=None)


def page(record: Drill) -> str:
    """Return the record as a page for a person, in Markdown."""
    verdict = "passed" if record.passed else "FAILED"
    lines = [
        f"# Drill of {record.environment}, {record.begun:%Y-%m-%d %H:%M:%S} UTC: {verdict}",
        "",
        f"Backups were taken from the archive as they lay there; {record.seconds:.1f} s in all.",
        "",
        "| backup | result | seconds | problem |",
        "|---|---|---:|---|",
        *(f"| {b.id} | {b.result} | {b.seconds:.1f} | {b.problem or ''} |" for b in record.backups),
    ]
    return "\n".join([*lines, ""])


def _tried(
    entry: Entry,
    manifest: Manifest,
    settings: Settings,
    clock: Clock,
    identities: Identities | None,
) -> Drilled:
    """Restore one as it lies there, or check it when that needs a key that was not given."""
    if identities is None and manifest.payload.encrypted:
        return _checked(entry, manifest, settings, clock)
    return _result("restored", manifest, lambda: _restore(entry, settings, clock, identities))


def _checked(entry: Entry, manifest: Manifest, settings: Settings, clock: Clock) -> Drilled:
    members = readers(entry, settings.scratch, None)[1]
    return _result("checked", manifest, lambda: recheck(entry, clock, members))


def _result(
    success: Literal["restored", "checked"], manifest: Manifest, deed: Callable[[], None]
) -> Drilled:
    started, problem = time.monotonic(), None
    try:
        deed()
    except BackupError as error:
        problem = error.what
    return Drilled(
        id=manifest.id,
        manifest_sha256=manifest.sha256,
        result="failed" if problem else success,
        seconds=round(time.monotonic() - started, 3),
        problem=problem,
    )


def _restore(entry: Entry, settings: Settings, clock: Clock, identities: Identities | None) -> None:
    if entry.kind == "full":
        opened = archive_opener(settings.scratch, identities)
        prove(entry, settings, clock, text_opener(opened), member_check(opened))
    else:
        prove(entry, settings, clock, opener(settings.scratch, identities))


def _publish(folder: Path, record: Drill) -> None:
    """Write the page first: a record that counts always has one."""
    place = folder / FOLDER
    make_folder(place)
    stem = f"{PROJECT}_drill_{record.begun.astimezone(UTC).strftime(BACKUP_ID_TIME)}"
    publish_bytes(place, f"{stem}.md", page(record).encode(), "drill-page", replace=True)
    publish_bytes(place, f"{stem}.json", record.document(), "drill", replace=True)


def _record(path: Path) -> Drill | None:
    try:
        return Drill.read(path.read_bytes(), path.name)
    except (BackupError, OSError):
        return None
