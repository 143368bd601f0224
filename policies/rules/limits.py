"""LF015 and LF016: what a container may use of its machine."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.reading import hides, number, text
from policies.view import Finding, Resource, Surroundings

CAPPED_DRIVER: Final = "json-file"
SELF_CAPPED_DRIVER: Final = "local"
"""Docker's ``local`` driver keeps five files of 20 MB unless told otherwise."""
LOG_CAPS: Final[Mapping[str, str]] = {"max-file": "3", "max-size": "10m"}

_SIZE: Final = re.compile(r"[1-9]\d*(\.\d+)?[kmg]?", re.IGNORECASE)
_COUNT: Final = re.compile(r"[1-9]\d*")


def memory_and_cpu(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF015."""
    if not _is_limited(resource, "memory"):
        yield Finding("memory", "there is no memory limit")
    elif number(resource.props.get("memorySwap")) == -1:
        yield Finding("memorySwap", "swap is unlimited")
    if not _is_limited(resource, "cpus") and not _is_limited(resource, "cpuQuota"):
        yield Finding("cpus", "there is no CPU limit")


def log_caps(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF016."""
    driver = resource.props.get("logDriver")
    if hides(driver) or driver == SELF_CAPPED_DRIVER:
        return
    if driver != CAPPED_DRIVER:
        yield Finding("logDriver", "the driver does not cap its logs here")
    else:
        yield from _json_file(resource)


def with_log_caps(props: Mapping[str, Any]) -> dict[str, Any]:
    """Return what LF016 changes of a container's inputs; other options of json-file stay.

    Options that cannot be looked at are left as they are: nothing is changed then.
    """
    options = props.get("logOpts")
    if hides(options):
        return {}
    same_driver = props.get("logDriver") == CAPPED_DRIVER
    kept = dict(options) if isinstance(options, Mapping) and same_driver else {}
    caps = {key: cap for key, cap in LOG_CAPS.items() if not _is_cap(key, kept.get(key))}
    return {"logDriver": CAPPED_DRIVER, "logOpts": {**kept, **caps}}


def _json_file(resource: Resource) -> Iterator[Finding]:
    options = resource.props.get("logOpts") or {}
    if not isinstance(options, Mapping):
        return
    for key in LOG_CAPS:
        if not _is_cap(key, options.get(key)):
            yield Finding(f"logOpts.{key}", "the log has no such cap")


def _is_cap(key: str, value: object) -> bool:
    pattern = _COUNT if key == "max-file" else _SIZE
    return hides(value) or bool(pattern.fullmatch(text(value)))


def _is_limited(resource: Resource, key: str) -> bool:
    value = resource.props.get(key)
    return hides(value) or (number(value) or 0) > 0
