"""Whether a name is one of the time zones that this machine has.

``available_timezones`` of the standard library knows, but opens every file of the database of
zones, which takes longer than all else in reading a configuration. So the one file of the name is
opened first, and the list is asked for only when that gives no zone.
"""

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

UNLISTED: Final = ("posix", "right", "posixrules")
"""What names of other copies of the zones begin with: they open, and are not in the list."""


def is_time_zone(name: str, *, without_database: bool) -> bool:
    """Tell whether ``name`` is in the list of zones, without making the list where it is.

    ``without_database`` is the answer on a machine that has no zones.
    """
    if name.partition("/")[0] not in UNLISTED and _opens(name):
        return True
    known = available_timezones()
    return name in known if known else without_database


def _opens(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # none, no such path or file, a folder
        return False
    return True
