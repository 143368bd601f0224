"""A request to the daemon -> the effects that it would have.

Method, path and query decide what is done; a body adds what they cannot say (mounts, a command),
and where it is needed and cannot be read, the request is refused. A path that is not in the table,
with a method that may change something, is Unknown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from guard.authz.requests.asked import Asked
from guard.authz.requests.containers import attached
from guard.authz.requests.routes import ROUTES
from guard.authz.requests.target import Target, read_target
from guard.authz.requests.unreadable import UnreadableError
from guard.effects import Effect, Look, Unknown

LOOKING: Final = frozenset(("GET", "HEAD", "OPTIONS"))
ATTACH: Final = "attach"
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
"""Bodies whose fields the daemon takes for the query's, and does not show to the plugin."""
STREAMS: Final = re.compile(
    r"/build|/images/(?:load|create)|/auth|/session|/grpc|/commit|"
    r"/containers/.*/(?:archive|attach)|/exec/.*/start"
)
"""Paths that take more than JSON below 1 MiB, and on which nothing harmful hangs on the query."""


@dataclass(frozen=True)
class Request:
    """A request as the daemon tells the plugin of it."""

    method: str
    uri: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    """Of the client's certificate; empty on the Unix socket."""


def read(request: Request) -> tuple[Effect, ...]:
    """Return what the request would do; raise UnreadableError when that cannot be told."""
    path = request.uri.partition("?")[0]
    if request.method in LOOKING and ATTACH not in path and "%" not in path:
        return (Look(),)
    target = read_target(request.uri)
    if request.method in LOOKING:
        return _looked(target)
    _refuse_forms(request, target.path)
    method = request.method.upper()
    for known, pattern, effect in ROUTES:
        found = pattern.fullmatch(target.path) if known == method else None
        if found:
            name = found[1] if pattern.groups else ""
            return effect(Asked(target, name, request.body))
    named = tuple(word for word in target.path.split("/") if word)
    return (Unknown(f"{request.method} {target.path}", named),)


def _looked(target: Target) -> tuple[Effect, ...]:
    """A web socket reads, and may type into the container's first process."""
    found = re.fullmatch(r"/containers/(.*)/attach/ws", target.path)
    return attached(Asked(target, found[1], None)) if found else (Look(),)


def _refuse_forms(request: Request, path: str) -> None:
    """Refuse a body whose fields the daemon would take for the query's, or may take.

    Of several headers of one name the daemon obeys the first and shows the plugin the last, so
    that a body of a named type that was not shown may be a form, except where one is awaited.
    """
    headers = {name.lower(): value.strip().lower() for name, value in request.headers.items()}
    kind = headers.get("content-type", "")
    unseen = bool(kind) and not request.body and headers.get("content-length") != "0"
    if kind.startswith(FORMS) or (unseen and not STREAMS.fullmatch(path)):
        raise UnreadableError("the request has a body of which the daemon shows nothing")
