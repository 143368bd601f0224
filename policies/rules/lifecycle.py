"""LF010 to LF014: how containers start, are watched, stop and are replaced."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies import identity
from policies.reading import blocks, hides, number, text, variables
from policies.view import Finding, Resource, Surroundings

STATEFUL: Final = frozenset({"postgres", "redis", "caddy"})
GRACE_POSTGRES: Final = 60
"""Seconds that PostgreSQL needs at least to flush and write its checkpoint."""
GRACE_STATEFUL: Final = 10
RESTARTING: Final = ("unless-stopped", "always", "on-failure")
RESTART: Final = "unless-stopped"

_IDLE: Final = re.compile(r"\s*(/\S*/)?(true|:|exit\s+0|echo\b.*)\s*")
"""A command that cannot fail."""
_CHANGING_NAME: Final = re.compile(
    r"(.*[_.-])?(commit|revision|timestamp|created|built|build|deploy(ed|ment)?|release|run)"
    r"([_.-](id|sha|hash|number|time|date|at))?|(.*[_.-])?git[_.-](sha|commit|rev|ref|hash)",
    re.IGNORECASE,
)
_CHANGING_VALUE: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*"  # a time, ISO 8601
    r"|1\d{9}(\d{3})?(\.\d+)?"  # a time, seconds or milliseconds since 1970
    r"|\d{8}[T_-]?\d{6}Z?"  # a time, as in file names
    r"|[0-9a-f]{40}"  # a commit
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a UUID
    r"|/(private/)?(tmp|var/tmp|var/folders)/.+",  # a temporary path
    re.IGNORECASE,
)


def is_stateful(resource: Resource) -> bool:
    """Tell whether the container's service keeps data."""
    return bool(identity.services(resource) & STATEFUL)


def grace(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF010."""
    value = resource.props.get("destroyGraceSeconds")
    least = _least_grace(resource)
    if not hides(value) and (number(value) or 0) < least:
        yield Finding("destroyGraceSeconds", f"it is not at least {least}")


def health(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF011."""
    check = resource.props.get("healthcheck")
    tests = check.get("tests") if isinstance(check, Mapping) else check
    if hides(tests):
        return
    words = [text(part) for part in tests] if isinstance(tests, list | tuple) else []
    if len(words) < 2 or words[0] not in ("CMD", "CMD-SHELL"):
        yield Finding("healthcheck.tests", "there is no health check that runs a command")
    elif _IDLE.fullmatch(" ".join(words[1:])):
        yield Finding("healthcheck.tests", "the command cannot fail")


def restart(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF012."""
    value = resource.props.get("restart")
    if not hides(value) and value not in RESTARTING:
        yield Finding("restart", "the container would not come back after a crash or a reboot")


def with_restart(props: Mapping[str, Any]) -> dict[str, Any]:
    """Return what LF012 changes of a container's inputs."""
    return {"restart": RESTART}


def delete_first(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF013."""
    if is_stateful(resource) and resource.options.delete_before_replace is False:
        yield Finding("options.deleteBeforeReplace", "two could run on the same data")


def no_per_deploy_values(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF014."""
    if not is_stateful(resource):
        return
    for path, name, value in _stated(resource):
        if _CHANGING_NAME.fullmatch(name) or _CHANGING_VALUE.fullmatch(value):
            yield Finding(f"{path} ({name})", "it changes with each deploy")


def _least_grace(resource: Resource) -> int:
    if "postgres" in identity.services(resource):
        return GRACE_POSTGRES
    return GRACE_STATEFUL if is_stateful(resource) else 1


def _stated(resource: Resource) -> Iterator[tuple[str, str, str]]:
    yield from variables(resource)
    for path, block in blocks(resource, "labels"):
        yield path, text(block.get("label")), text(block.get("value"))
