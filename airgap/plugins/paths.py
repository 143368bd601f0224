"""Paths to nested properties in Pulumi's notation: `labels[0].value`, `logOpts["max-size"]`."""

import re

_PLAIN = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


def child(path: str, key: str | int) -> str:
    """The path of one element or key below `path`; an empty path is the resource itself."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN.match(key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def top(path: str) -> str:
    """The top-level property that a path leads into."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def covers(prefix: str, path: str) -> bool:
    """Whether `path` is `prefix` or lies below it."""
    return path == prefix or path.startswith((f"{prefix}.", f"{prefix}["))
