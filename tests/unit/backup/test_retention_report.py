"""What retention keeps and removes, and the reasons a person reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from backup.retention.model import (
    FOREVER,
    Circumstances,
    ClockMemory,
    Decision,
    Keep,
    Outcome,
    Policy,
    Subject,
)
from backup.retention.report import report

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WELL = {"db": Outcome.SUCCEEDED, "full": Outcome.SUCCEEDED}
ORDERLY = Circumstances(NOW, WELL, ClockMemory(NOW - HOUR))


def backups(count, step, kind="db", **fields):
    """`count` proven backups, the newest ten minutes old, the others `step` apart."""
    newest = NOW - HOUR / 6
    fields = {"reason": "scheduled", "proven": True, **fields}
    return [
        Subject(f"{kind}-{number}", kind, newest - step * number, **fields)
        for number in range(count)
    ]


DEFAULT = Policy()


def removed(subjects, policy=DEFAULT, around=ORDERLY):
    return [row.subject.id for row in report(subjects, policy, around).removable]


def row_of(subjects, wanted, policy=DEFAULT, around=ORDERLY):
    return next(r for r in report(subjects, policy, around).rows if r.subject.id == wanted)


def test_hourly_database_backups_stay_for_48_hours():
    assert removed(backups(60, HOUR)) == [f"db-{n}" for n in range(59, 47, -1)]


def test_daily_full_backups_stay_for_7_days():
    assert removed(backups(10, DAY, "full")) == ["full-9", "full-8", "full-7"]


def test_weeks_and_months_keep_the_newest_proven_of_each():
    policy = Policy(full=Keep(days=7, weeks=4, months=3))
    made = report(backups(120, DAY, "full"), policy, ORDERLY)
    kept = [row.subject.created.date() for row in made.rows if row.decision is Decision.KEEP]
    expected = [(NOW - DAY * n).date() for n in range(7)]  # 18 to 24 November, a Tuesday
    expected += [(NOW - DAY * n).date() for n in (9, 16)]  # Sundays 15 and 8; 22 is above
    expected += [datetime(2026, 10, 31).date(), datetime(2026, 9, 30).date()]
    assert sorted(kept) == sorted(expected)


def test_several_in_one_hour_all_stay_within_the_window_and_one_after_it():
    burst = [replace(s, id=f"burst-{n}") for n, s in enumerate(backups(4, timedelta(minutes=5)))]
    old = [replace(s, id=f"old-{s.id}", created=s.created - 5 * DAY) for s in burst]
    assert removed([*burst, *old], Policy(db=Keep(hours=48))) == [
        f"old-burst-{number}" for number in (3, 2, 1)
    ]


def test_silence_makes_nothing_redundant():
    late = replace(ORDERLY, now=NOW + 400 * DAY, clock=ClockMemory(NOW + 400 * DAY - HOUR))
    assert removed(backups(48, HOUR), around=late) == []


def test_the_last_three_proven_stay_however_little_is_wanted():
    nothing = Policy(db=Keep(), full=Keep())
    assert removed(backups(5, 30 * DAY), nothing) == ["db-4", "db-3"]


@pytest.mark.parametrize("fewer", [0, 1, 2])
def test_fewer_than_three_cannot_be_asked_for(fewer):
    with pytest.raises(ValidationError, match="greater than or equal to 3"):
        Policy(proven=fewer)


def test_unproven_backups_replace_nothing():
    unproven = [replace(s, proven=False) for s in backups(100, HOUR)]
    old = [replace(s, id=f"old-{n}") for n, s in enumerate(backups(2, 200 * DAY)[1:])]
    assert removed([*unproven, *old]) == []
    assert row_of([*unproven, *old], "db-99").reasons == (
        "within 48 hours of the newest proven",
        "only 0 newer proven backups, 3 are wanted",
    )


def test_an_old_unproven_backup_goes_before_a_proven_one_of_the_same_hour():
    subjects = backups(51, HOUR)
    extra = replace(subjects[47], id="unproven", proven=False, created=NOW - 60 * HOUR)
    assert "unproven" in removed([*subjects, extra])


def test_a_full_backup_does_not_replace_a_database_backup():
    assert removed([*backups(30, DAY, "full"), *backups(3, 90 * DAY)]) == [
        f"full-{n}" for n in range(29, 6, -1)
    ]


@pytest.mark.parametrize(("reason", "days"), [("safety", 30), ("emergency", 90)])
def test_safety_and_emergency_backups_stay_for_their_own_time(reason, days):
    newest = backups(48, HOUR)
    young = replace(newest[0], id="young", reason=reason, created=NOW - (days - 1) * DAY)
    old = replace(newest[0], id="old", reason=reason, created=NOW - (days + 1) * DAY)
    assert removed([*newest, young, old]) == ["old"]
    assert row_of([*newest, young], "young").reasons == (f"{reason} backup, kept for {days} days",)


def test_pins_locks_and_damage_keep_and_say_so():
    subjects = backups(51, HOUR)
    subjects[48] = replace(subjects[48], pinned_until=FOREVER)
    subjects[49] = replace(subjects[49], pinned_until=NOW + 3 * DAY)
    subjects[50] = replace(subjects[50], locked_until=NOW + 3 * DAY)
    subjects.append(replace(subjects[50], id="bad", problems=("size differs",), locked_until=None))
    assert removed(subjects) == []
    assert row_of(subjects, "db-48").reasons == ("pinned",)
    assert row_of(subjects, "db-49").reasons == ("pinned until 2026-11-27",)
    assert row_of(subjects, "db-50").reasons == ("locked in the store until 2026-11-27 03:30 UTC",)
    assert row_of(subjects, "bad").reasons == ("damaged, look at it before it goes: size differs",)


def test_a_pin_and_a_lock_end():
    subjects = backups(50, HOUR)
    subjects[49] = replace(
        subjects[49], pinned_until=NOW - DAY, locked_until=NOW - timedelta(seconds=1)
    )
    assert removed(subjects) == ["db-49", "db-48"]


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ({**WELL, "db": Outcome.FAILED}, "the last db backup run failed"),
        ({**WELL, "full": Outcome.FAILED}, "the last full backup run failed"),
        ({}, "it is not known how the last db backup run ended"),
    ],
)
def test_nothing_goes_after_a_run_that_failed_or_is_not_known(outcomes, words):
    made = report(backups(60, HOUR), Policy(), replace(ORDERLY, outcomes=outcomes))
    assert made.holds == (words,)
    assert made.removable == ()
    assert [r.decision for r in made.rows][-12:] == [Decision.HOLD] * 12
    assert made.rows[-1].reasons == ("59 newer proven backups make it redundant",)


def test_a_backup_from_the_future_holds_everything():
    future = replace(backups(1, HOUR)[0], id="future", created=NOW + HOUR)
    made = report([*backups(60, HOUR), future], Policy(), ORDERLY)
    assert made.holds == (
        "future is dated 2026-11-24 04:30:00 UTC, after now (2026-11-24 03:30:00 UTC)",
    )
    assert made.removable == ()


def test_a_clock_that_went_back_holds_everything():
    around = replace(ORDERLY, clock=ClockMemory(NOW + DAY))
    assert report(backups(60, HOUR), Policy(), around).holds == (
        "the clock went back: the last run was at 2026-11-25 03:30:00 UTC",
    )


def test_a_clock_that_jumped_is_believed_again_once_it_has_gone_steadily_for_a_day():
    subjects, memory = backups(60, HOUR), ClockMemory(NOW - 49 * HOUR)
    holding = []
    for hour in range(26):
        around = Circumstances(NOW + hour * HOUR, WELL, memory)
        made = report(subjects, Policy(), around)
        holding.append(bool(made.holds))
        memory = made.clock
    assert holding == [True] * 24 + [False] * 2
    assert memory == ClockMemory(NOW + 25 * HOUR, None)


def test_the_first_run_of_all_believes_the_clock():
    assert removed(backups(49, HOUR), around=replace(ORDERLY, clock=ClockMemory())) == ["db-48"]


def test_an_empty_catalog_has_an_empty_report():
    made = report([], Policy(), Circumstances(NOW))
    assert (made.rows, made.holds) == ((), ())
