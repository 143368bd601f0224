"""The request line as the daemon's HTTP server and its router read it.

The daemon is a Go program: it decodes percent signs before it compares paths, and it takes the
query's separator to be ``&`` alone. Where Go would refuse, redirect or depend on its version, the
target is unreadable here, or read as what does more.
"""

import posixpath
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from guard.authz.requests.unreadable import UnreadableError

VERSION: Final = re.compile(r"/v([0-9.]+)(?=/)")
BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?]*")
FALSE_WORDS: Final = ("", "0", "no", "false", "none")
"""What the daemon takes for no (moby, ``api/server/httputils/form.go``); anything else is yes."""


@dataclass(frozen=True)
class Target:
    """Where a request goes: the path without its version, and the query."""

    path: str
    query: tuple[tuple[str, str], ...] = ()
    version: tuple[int, ...] | None = None
    """As the path names it, None without one: the daemon's newest."""

    def text(self, key: str) -> str:
        """Return the value of ``key``, empty without one; raise UnreadableError for several."""
        values = [value for name, value in self.query if name == key]
        if len(values) > 1:
            raise UnreadableError(f"the query names {key} {len(values)} times")
        return values[0] if values else ""

    def yes(self, key: str) -> bool:
        """Tell whether the daemon takes ``key`` for true; among several one is enough."""
        return any(
            value.strip().lower() not in FALSE_WORDS for name, value in self.query if name == key
        )


def read_target(uri: str) -> Target:
    """Return where ``uri``, the request line's second word, goes; raise UnreadableError."""
    absolute = ABSOLUTE.match(uri)
    raw_path, _, raw_query = uri[absolute.end() if absolute else 0 :].partition("?")
    if not raw_path.startswith("/"):
        raise UnreadableError("the path does not begin with a slash")
    # the router redirects what is not clean; whoever follows comes back with this path
    path = posixpath.normpath(_decoded(raw_path)).replace("//", "/", 1)
    if not path.isprintable():
        raise UnreadableError("the path has characters that cannot be printed")
    version = VERSION.match(path)
    return Target(
        path=path[version.end() :] if version else path,
        query=tuple(_pairs(raw_query)),
        version=_numbers(version[1]) if version else None,
    )


def _decoded(text: str) -> str:
    if BAD_ESCAPE.search(text):
        raise UnreadableError("the address has a percent sign that escapes nothing")
    return unquote_to_bytes(text).decode(errors="replace")


def _pairs(query: str) -> list[tuple[str, str]]:
    if ";" in query:
        raise UnreadableError("the query has a semicolon, which daemons read differently")
    split = [pair.partition("=") for pair in query.split("&") if pair]
    return [(_word(key), _word(value)) for key, _, value in split]


def _word(text: str) -> str:
    return _decoded(text.replace("+", " "))


def _numbers(version: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in version.split("."))
    except ValueError:
        raise UnreadableError(f"{version} is no version of the API") from None
