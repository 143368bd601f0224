"""How long this process has been serving."""

import time

_STARTED = time.monotonic()


def uptime_seconds() -> int:
    """Return the whole seconds since the process loaded the application."""
    return int(time.monotonic() - _STARTED)


def in_words(seconds: int) -> str:
    """Return a duration in its two largest units: ``3 days 4 h``, ``2 min 5 s``."""
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{days} day{'s' if days > 1 else ''} {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
