"""What two sides of a comparison have in common: a flat view of a resource, field by field.

The field names are the words of the report: ``env TZ``, ``port 5432/tcp``, ``memory``. A field
that is empty, zero or false is left out of a view, because the engine writes an option that nobody
gave now as null, now as an empty list, now as zero.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from infra.spec import MIB

View = dict[str, Any]
Inspect = Mapping[str, Any]
"""The Engine API's JSON about one container, image, network or volume."""

STATE = "state"
IDENTITY = "identity"
FILE = "file "
"""Prefix of the fields of an uploaded file."""


def without_blanks(view: Mapping[str, Any]) -> View:
    """Return the view without fields that say nothing."""
    return {name: value for name, value in view.items() if not _blank(value)}


def pairs(kind: str, lines: Sequence[str] | None) -> View:
    """Return ``["A=1"]`` as ``{"<kind> A": "1"}``."""
    split = (line.partition("=") for line in lines or [])
    return {f"{kind} {name}": value for name, _, value in split}


def named(kind: str, values: Mapping[str, Any] | None) -> View:
    """Return ``{"a": 1}`` as ``{"<kind> a": 1}``."""
    return {f"{kind} {name}": value for name, value in (values or {}).items()}


def volume_mount(name: str, *, writable: bool) -> str:
    """Describe the mount of a named volume."""
    return f"volume {name}{'' if writable else ', read-only'}"


def folder_mount(path: str, *, writable: bool) -> str:
    """Describe the mount of a folder of the host."""
    return f"folder {path}{'' if writable else ', read-only'}"


def tmpfs_mount(size: int | None) -> str:
    """Describe a mount of memory; ``size`` in bytes, None for no limit."""
    return f"memory of {size // MIB} MiB" if size else "memory without a limit"


def endpoint(aliases: Sequence[str] | None, address: str = "") -> str:
    """Describe a container's place on a network."""
    names = f"as {', '.join(sorted(aliases))}" if aliases else "without an alias"
    return f"{names}, at the fixed address {address}" if address else names


def capability(name: str) -> str:
    """Return a capability without the prefix that Docker takes with or without."""
    return name.removeprefix("CAP_")


def _blank(value: object) -> bool:
    return value is None or (not value and not isinstance(value, str)) or value == ""
