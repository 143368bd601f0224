"""Random catalogs and circumstances for retention, and the invariants that hold for all of them.

Written for speed: a history and its checks take some 0.2 ms, so that 100,000 fit in a test run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from backup.retention.model import (
    FOREVER,
    KINDS,
    Circumstances,
    ClockMemory,
    Decision,
    Keep,
    Outcome,
    Policy,
    Report,
    Subject,
)
from backup.retention.report import report

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICIES = (
    Policy(),
    Policy(full=Keep(days=7, weeks=4, months=12)),
    Policy(db=Keep(hours=6, days=3), full=Keep(days=2, weeks=1), proven=5),
    Policy(db=Keep(), full=Keep()),
)
_SPANS = (6, 72, 400, 3000)
_REASONS = ("scheduled", "scheduled", "scheduled", "manual", "safety", "emergency")


@dataclass
class History:
    """One case: what there is, what is wanted, and what is known."""

    subjects: list[Subject]
    policy: Policy
    around: Circumstances


def history(random: Random) -> History:
    """A history that is mostly orderly, and wrong in one way or another every third time."""
    span = random.choice(_SPANS)
    count = int(random.random() ** 2 * 40)
    proven_share = random.choice((0.0, 0.5, 0.9, 1.0))
    subjects = [_subject(random, number, span, proven_share) for number in range(count)]
    newest = max((subject.created for subject in subjects), default=START)
    now = newest + HOUR * random.random()
    outcomes = dict.fromkeys(KINDS, Outcome.SUCCEEDED)
    memory = ClockMemory(now - HOUR)
    match random.randrange(15):
        case 0:
            outcomes[random.choice(KINDS)] = Outcome.FAILED
        case 1:
            outcomes.pop(random.choice(KINDS))
        case 2:
            now += HOUR * random.randrange(40_000)
        case 3:
            now -= HOUR * random.randrange(2000)
        case 4:
            memory = ClockMemory(now - HOUR, now - HOUR * random.randrange(1, 48))
        case 5:
            memory = ClockMemory()
        case 6:  # set back for longer than anybody remembers: the backups alone tell
            now -= HOUR * random.randrange(2000)
            memory = ClockMemory(now - HOUR)
    return History(subjects, random.choice(POLICIES), Circumstances(now, outcomes, memory))


def _subject(random: Random, number: int, span: int, proven_share: float) -> Subject:
    created = START - HOUR * int(random.random() * span)
    if random.random() < 0.3:
        created += timedelta(seconds=int(random.random() * 3600))
    odd = random.random()
    return Subject(
        str(number),
        "db" if random.random() < 0.7 else "full",
        created,
        random.choice(_REASONS),
        random.random() < proven_share,
        problems=("its payload is missing",) if odd < 0.03 else (),
        pinned_until=_pin(random) if 0.03 < odd < 0.08 else None,
        locked_until=START + HOUR * random.randrange(200) if 0.08 < odd < 0.12 else None,
    )


def _pin(random: Random) -> datetime:
    return FOREVER if random.random() < 0.5 else START + HOUR * random.randrange(-200, 200)


def check(case: History) -> Report:
    """Hold one report against every invariant of docs/backup/retention.md; the report.

    Raises AssertionError.
    """
    made = report(case.subjects, case.policy, case.around)
    removed = [row.subject for row in made.removable]
    assert len(made.rows) == len(case.subjects)
    assert all(row.reasons for row in made.rows)
    if _forbidden(case):
        assert made.holds, case
        assert not removed
        assert not any(row.decision is Decision.REMOVE for row in made.rows)
    if removed:
        _check_removed(case, removed)
        _check_stable(case, made)
    return made


def _forbidden(case: History) -> bool:
    """Invariants 1 and 2, in words of their own: a failed run, or a clock nobody believes."""
    around, policy = case.around, case.policy
    present = {subject.kind for subject in case.subjects}
    outcomes = around.outcomes
    if Outcome.FAILED in outcomes.values() or any(
        outcomes.get(kind) is not Outcome.SUCCEEDED for kind in present
    ):
        return True
    newest = max((subject.created for subject in case.subjects), default=around.now)
    seen = around.clock.seen or around.now
    since = around.clock.distrusted_since
    return (
        max(newest, seen) - around.now > policy.clock_tolerance
        or around.now - seen > policy.clock_jump
        or (since is not None and around.now - since < policy.clock_settles)
    )


def _check_removed(case: History, removed: Iterable[Subject]) -> None:
    sound = {
        kind: sorted((s for s in case.subjects if _sound(s, kind)), key=_age, reverse=True)
        for kind in KINDS
    }
    for subject in removed:
        keep, proven = case.policy.keep(subject.kind), sound[subject.kind]
        newer = [other for other in proven if _age(other) > _age(subject)]
        reference = min(case.around.now, proven[0].created)
        age = reference - subject.created
        assert len(newer) >= case.policy.proven >= 3  # 3: newer proven ones replace it
        assert subject not in proven[:3]  # 4: never the last three
        assert not subject.problems  # 5: nothing damaged
        assert subject.pinned_until is None or subject.pinned_until <= reference  # 6
        assert subject.locked_until is None or subject.locked_until <= case.around.now  # 6
        assert age >= timedelta(hours=max(keep.hours, 24 * keep.days))  # 7: the window
        if subject.reason == "safety":
            assert age >= case.policy.safety  # 8: its own time
        if subject.reason == "emergency":
            assert age >= case.policy.emergency
        assert not _last_of_counted_period(subject, proven, keep)  # 9: hours, days, weeks, months


def _last_of_counted_period(subject: Subject, proven: list[Subject], keep: Keep) -> bool:
    for wanted, period in (
        (keep.hours, "%Y%m%d%H"),
        (keep.days, "%Y%m%d"),
        (keep.weeks, "%G%V"),
        (keep.months, "%Y%m"),
    ):
        if wanted and subject in proven:
            newest: dict[str, Subject] = {}
            for other in proven:
                newest.setdefault(other.created.strftime(period), other)
            if subject in list(newest.values())[:wanted]:
                return True
    return False


def _check_stable(case: History, made: Report) -> None:
    """10: doing it removes nothing more; 11: nor does a later clock, were it believed."""
    left = [row.subject for row in made.rows if row.decision is Decision.KEEP]
    again = report(left, case.policy, replace(case.around, clock=made.clock))
    assert not again.removable
    later = replace(case.around, now=case.around.now + 9000 * HOUR, clock=ClockMemory())
    unlocked = [replace(subject, locked_until=None) for subject in case.subjects]
    free = {row.subject.id for row in report(unlocked, case.policy, case.around).removable}
    assert {row.subject.id for row in report(unlocked, case.policy, later).removable} <= free


def _sound(subject: Subject, kind: str) -> bool:
    return subject.kind == kind and subject.proven and not subject.problems


def _age(subject: Subject) -> tuple[datetime, str]:
    return subject.created, subject.id
