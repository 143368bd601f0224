"""When a crontab line is due in a time zone that changes its clocks.

APScheduler's own trigger compares local times, so in the hour that a time zone repeats in autumn
it names the same moment again and again. Here its fields are read as plain wall-clock times and
each is turned into moments of UTC by cron's old rule (Vixie cron, ``man 8 cron``): a line with a
fixed hour runs exactly once on every day, also when that hour is skipped (then right after the
gap) or repeated (then the first time); a line for any hour follows real hours.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

MARGIN: Final = timedelta(hours=3)
"""More than any time zone ever moved its clocks at once."""


class CronLine(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """A crontab line in a time zone. Days of the week are names: mon, tue, ..., sun."""

    def __init__(self, line: str, zone: str) -> None:
        """Raise ValueError for what is no crontab line."""
        self._wall = CronTrigger.from_crontab(line, timezone=UTC)
        self._zone = ZoneInfo(zone)
        self._any_hour = line.split()[1].startswith("*")
        self.line = line

    def after(self, moment: datetime) -> datetime | None:
        """Return the first moment after ``moment`` at which the line is due, in UTC.

        None when it never is again (30 February).
        """
        best: datetime | None = None
        for wall in self._walls(moment):
            if best is not None and wall > self._wall_time(best) + MARGIN:
                break
            later = [m for m in self._moments(wall) if m > moment]
            best = min([*later, *([best] if best else [])], default=None)
        return best

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """Answer APScheduler: after the last firing, or from now on."""
        start = previous_fire_time or now - timedelta(microseconds=1)
        return self.after(start)

    def _walls(self, moment: datetime) -> Iterator[datetime]:
        """Wall-clock times at which the line matches, written as if they were UTC."""
        place = self._wall_time(moment) - MARGIN
        while (wall := self._wall.get_next_fire_time(None, place)) is not None:
            yield wall
            place = wall + timedelta(seconds=1)

    def _wall_time(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(tzinfo=UTC, fold=0)

    def _moments(self, wall: datetime) -> list[datetime]:
        first, second = (
            wall.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        if self._wall_time(first) != wall:  # skipped: both readings lie outside of the gap
            return [] if self._any_hour else [self._end_of_gap(first, second)]
        return sorted({first, second}) if self._any_hour else [first]

    def _end_of_gap(self, one: datetime, other: datetime) -> datetime:
        """Return the first moment after the clocks were put forward, by halving."""
        early, late = min(one, other), max(one, other)
        offset = early.astimezone(self._zone).utcoffset()
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) / 2
            if middle.astimezone(self._zone).utcoffset() == offset:
                early = middle
            else:
                late = middle
        return late.replace(microsecond=0)
