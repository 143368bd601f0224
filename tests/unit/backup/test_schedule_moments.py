"""When crontab lines are due, on the days on which the clocks change above all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backup.schedule.moments import CronLine

pytestmark = pytest.mark.unit

ZONES = ["UTC", "Europe/Zurich", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]


def moments(line, zone, start, count):
    trigger, moment, found = CronLine(line, zone), start, []
    for _ in range(count):
        moment = trigger.after(moment)
        found.append(moment.strftime("%m-%d %H:%M"))
    return found


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_a_plain_day():
    assert moments("0 2 * * *", "UTC", utc(2026, 5, 1, 12), 2) == ["05-02 02:00", "05-03 02:00"]


def test_a_moment_is_not_after_itself():
    assert CronLine("0 * * * *", "UTC").after(utc(2026, 5, 1, 12)) == utc(2026, 5, 1, 13)


def test_the_daily_run_is_made_right_after_the_hour_that_is_skipped():
    # 29 March 2026, Zurich: 01:59:59 is followed by 03:00:00, which is 01:00 UTC
    for line in ("0 2 * * *", "30 2 * * *"):
        found = moments(line, "Europe/Zurich", utc(2026, 3, 28, 12), 1)
        assert found == ["03-29 01:00"]


def test_the_daily_run_is_made_once_in_the_hour_that_comes_twice():
    # 25 October 2026, Zurich: 02:00 to 03:00 is there at 00:00 UTC and again at 01:00 UTC
    found = moments("0 2 * * *", "Europe/Zurich", utc(2026, 10, 24, 12), 3)
    assert found == ["10-25 00:00", "10-26 01:00", "10-27 01:00"]


def test_the_hourly_run_follows_real_hours():
    spring = moments("0 * * * *", "Europe/Zurich", utc(2026, 3, 28, 23, 30), 4)
    assert spring == ["03-29 00:00", "03-29 01:00", "03-29 02:00", "03-29 03:00"]
    autumn = moments("0 * * * *", "Europe/Zurich", utc(2026, 10, 24, 23, 30), 4)
    assert autumn == ["10-25 00:00", "10-25 01:00", "10-25 02:00", "10-25 03:00"]


def test_a_weekly_line_names_its_day():
    found = moments("30 3 * * sun", "Europe/Zurich", utc(2026, 5, 1), 2)
    assert found == ["05-03 01:30", "05-10 01:30"]


def test_a_line_that_is_never_due_ends():
    assert CronLine("0 0 30 2 *", "UTC").after(utc(2026, 1, 1)) is None


@pytest.mark.parametrize("line", ["", "daily", "0 2 * *", "61 * * * *", "0 2 * * noday"])
def test_what_is_no_crontab_line_is_refused(line):
    with pytest.raises((ValueError, IndexError)):
        CronLine(line, "UTC")


@settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    start=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1)),
)
def test_a_fixed_hour_is_due_exactly_once_on_every_local_day(zone, hour, minute, start):
    trigger = CronLine(f"{minute} {hour} * * *", zone)
    moment, days = start.replace(tzinfo=UTC), []
    for _ in range(8):
        following = trigger.after(moment)
        assert following > moment
        days.append(following.astimezone(ZoneInfo(zone)).date())
        moment = following
    assert days == [days[0] + timedelta(days=n) for n in range(8)]


@settings(max_examples=100, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1)),
)
def test_an_hourly_line_never_leaves_more_than_an_hour_and_a_half(zone, start):
    # an hour and a half: where the clocks move by half an hour (Lord Howe), minute 0 does as well
    trigger, moment = CronLine("0 * * * *", zone), start.replace(tzinfo=UTC)
    moment = trigger.after(moment)
    for _ in range(30):
        following = trigger.after(moment)
        assert timedelta() < following - moment <= timedelta(minutes=90)
        moment = following
