"""Go's notation for durations (`1m30s`), which the official plugin uses for health checks."""

import re

_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60 * 1_000_000_000,
    "h": 3600 * 1_000_000_000,
}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")


def to_nanoseconds(text: str | None) -> int:
    """`"1m30s"` in nanoseconds; nothing, `"0"` and `"0s"` are 0."""
    return sum(round(float(number) * _UNITS[unit]) for number, unit in _PART.findall(text or ""))


def from_nanoseconds(nanoseconds: int | None) -> str:
    """Nanoseconds in Go's own rendering: `90000000000` is `"1m30s"`, 0 is `"0s"`."""
    total = nanoseconds or 0
    if total == 0:
        return "0s"
    if total < _UNITS["s"]:
        unit = next(u for u in ("ms", "us", "ns") if total >= _UNITS[u])
        return f"{_plain(total / _UNITS[unit])}{'µs' if unit == 'us' else unit}"
    hours, rest = divmod(total, _UNITS["h"])
    minutes, rest = divmod(rest, _UNITS["m"])
    seconds = f"{_plain(rest / _UNITS['s'])}s"
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds


def _plain(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")
