"""What forbids to remove anything: a failed run, or a clock that cannot be believed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from backup.retention.model import (
    KINDS,
    Circumstances,
    ClockMemory,
    Outcome,
    Policy,
    Subject,
)


def holds(
    subjects: Iterable[Subject], policy: Policy, around: Circumstances
) -> tuple[tuple[str, ...], ClockMemory]:
    """Return why nothing may be removed now, and what to remember of the clock."""
    subjects = tuple(subjects)
    clock_says, memory = _clock(subjects, policy, around)
    return (*_runs(subjects, around), *clock_says), memory


def _runs(subjects: tuple[Subject, ...], around: Circumstances) -> list[str]:
    """A kind nobody makes has no last run; one with backups, or with a failed run, has one."""
    made = {subject.kind for subject in subjects}
    found = []
    for kind in KINDS:
        outcome = around.outcomes.get(kind, Outcome.UNKNOWN)
        if outcome is Outcome.FAILED:
            found.append(f"the last {kind} backup run failed")
        elif outcome is Outcome.UNKNOWN and kind in made:
            found.append(f"it is not known how the last {kind} backup run ended")
    return found


def _clock(
    subjects: tuple[Subject, ...], policy: Policy, around: Circumstances
) -> tuple[list[str], ClockMemory]:
    now, seen = around.now, around.clock.seen
    limit = now + policy.clock_tolerance
    found = [
        f"{subject.id} is dated {_shown(subject.created)}, after now ({_shown(now)})"
        for subject in subjects
        if subject.created > limit
    ]
    since = around.clock.distrusted_since
    if seen is not None and seen > limit:
        found.append(f"the clock went back: the last run was at {_shown(seen)}")
        since = now
    elif seen is not None and now - seen > policy.clock_jump:
        found.append(f"the clock is {now - seen} ahead of the last run at {_shown(seen)}")
        since = now
    elif since is not None and now - since >= policy.clock_settles:
        since = None
    elif since is not None:
        found.append(
            f"the clock jumped; it is believed again when it has gone steadily until"
            f" {_shown(since + policy.clock_settles)}"
        )
    return found, ClockMemory(now, since)


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
