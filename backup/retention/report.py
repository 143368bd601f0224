"""The report of retention: a pure function from backups, policy and circumstances to decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from backup.retention.holds import holds
from backup.retention.model import (
    FOREVER,
    KINDS,
    Circumstances,
    Decision,
    Keep,
    Kind,
    Policy,
    Report,
    Row,
    Subject,
)

_Period = Callable[[datetime], object]
_PERIODS: tuple[tuple[str, _Period], ...] = (
    ("hours", lambda moment: (moment.year, moment.month, moment.day, moment.hour)),
    ("days", lambda moment: (moment.year, moment.month, moment.day)),
    ("weeks", lambda moment: moment.isocalendar()[:2]),
    ("months", lambda moment: (moment.year, moment.month)),
)
"""The fields of `Keep`, and what two moments of the same period have in common."""


def report(subjects: Iterable[Subject], policy: Policy, around: Circumstances) -> Report:
    """Decide on every backup and say why.

    A backup is only ever removed when newer *proven* backups of its kind make it redundant;
    docs/backup/retention.md lists the invariants.
    """
    subjects = tuple(subjects)
    held, memory = holds(subjects, policy, around)
    rows: list[Row] = []
    for kind in KINDS:
        own = [subject for subject in subjects if subject.kind == kind]
        own.sort(key=lambda subject: (subject.created, subject.id), reverse=True)
        rows += _rows(kind, own, policy, around.now, held=bool(held))
    return Report(tuple(rows), held, memory)


def _rows(
    kind: Kind, newest_first: Sequence[Subject], policy: Policy, now: datetime, *, held: bool
) -> list[Row]:
    keep = policy.keep(kind)
    window = keep.window
    proven = [subject for subject in newest_first if subject.proven and not subject.problems]
    periods = _periods(proven, keep)
    # Ages count up to the newest proven backup: while none is made, nothing grows old.
    reference = min(now, proven[0].created) if proven else None
    rows = []
    newer_proven = 0
    for subject in newest_first:
        counts = subject.proven and not subject.problems
        reasons = _own_reasons(subject, now)
        if reference is not None:
            reasons += _times(subject, window, policy, reference)
        if newer_proven < policy.proven:
            reasons.append(_last(newer_proven, counts=counts, wanted=policy.proven))
        reasons += periods.get(subject.id, ())
        rows.append(_row(subject, reasons, newer_proven, held=held))
        newer_proven += counts
    return rows


def _row(subject: Subject, reasons: list[str], newer_proven: int, *, held: bool) -> Row:
    if reasons:
        return Row(subject, Decision.KEEP, tuple(reasons))
    redundant = f"{newer_proven} newer proven backups make it redundant"
    return Row(subject, Decision.HOLD if held else Decision.REMOVE, (redundant,))


def _last(newer_proven: int, *, counts: bool, wanted: int) -> str:
    if counts:
        return f"one of the last {wanted} proven"
    return f"only {newer_proven} newer proven backups, {wanted} are wanted"


def _own_reasons(subject: Subject, now: datetime) -> list[str]:
    """What keeps a backup whatever others there are."""
    found = []
    if subject.problems:
        found.append(f"damaged, look at it before it goes: {subject.problems[0]}")
    if subject.pinned_until == FOREVER:
        found.append("pinned")
    if subject.locked_until is not None and subject.locked_until > now:
        found.append(f"locked in the store until {subject.locked_until:%Y-%m-%d %H:%M} UTC")
    return found


def _times(subject: Subject, window: timedelta, policy: Policy, reference: datetime) -> list[str]:
    """The times that have not run out at `reference`, the newest proven backup's time."""
    found = []
    age = reference - subject.created
    own_time = policy.own_time(subject.reason)
    if own_time is not None and age < own_time:
        found.append(f"{subject.reason} backup, kept for {own_time.days} days")
    if age < window:
        hours = window.total_seconds() / 3600
        found.append(f"within {hours:.0f} hours of the newest proven")
    if _pinned_with_end(subject, reference):
        found.append(f"pinned until {subject.pinned_until:%Y-%m-%d}")
    return found


def _pinned_with_end(subject: Subject, reference: datetime) -> bool:
    return subject.pinned_until is not None and reference < subject.pinned_until < FOREVER


def _periods(proven: Sequence[Subject], keep: Keep) -> dict[str, list[str]]:
    """The newest proven backup of each counted period, with the reason it stays."""
    found: dict[str, list[str]] = {}
    for name, period in _PERIODS:
        wanted: int = getattr(keep, name)
        last: object = None
        for subject in proven:
            if wanted == 0:
                break
            current = period(subject.created)
            if current != last:
                found.setdefault(subject.id, []).append(f"newest proven of its {name[:-1]}")
                last = current
                wanted -= 1
    return found
