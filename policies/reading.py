"""Reading a container's inputs: lists of blocks, some of them unknown, as few simple questions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.view import Hidden, Resource

Entry = tuple[str, Any]
"""A property's path, such as ``ports[0]``, and its value."""


def items(resource: Resource, key: str) -> list[Entry]:
    """Return the elements of a list, hidden ones included; nothing when the list is hidden."""
    value = resource.props.get(key)
    if not isinstance(value, list | tuple):
        return []
    return [(f"{key}[{position}]", item) for position, item in enumerate(value)]


def blocks(resource: Resource, key: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return those elements of a list that are mappings."""
    return [(path, item) for path, item in items(resource, key) if isinstance(item, Mapping)]


def texts(resource: Resource, key: str) -> list[tuple[str, str]]:
    """Return those elements of a list that are known texts."""
    return [(path, item) for path, item in items(resource, key) if isinstance(item, str)]


def hides(value: object) -> bool:
    """Tell whether a value, or something in it, cannot be looked at."""
    if isinstance(value, Hidden):
        return True
    if isinstance(value, Mapping):
        return any(map(hides, value.values()))
    return isinstance(value, list | tuple) and any(map(hides, value))


def text(value: object) -> str:
    """Return a known text; an empty one for everything else."""
    return value if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """Return a known number, also one written as text; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def labels(resource: Resource) -> dict[str, str]:
    """Return the labels whose name and value are known; of a label given twice, the last."""
    return {
        text(block.get("label")): block["value"]
        for _, block in blocks(resource, "labels")
        if isinstance(block.get("value"), str)
    }


def variables(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Yield path, name and value of each environment variable that is known."""
    for path, item in texts(resource, "envs"):
        name, assigned, value = item.partition("=")
        if assigned:
            yield path, name, value


@dataclass(frozen=True)
class Mount:
    """One mount of a container, whichever input it was given by."""

    path: str
    """Property path of the input that says where it comes from."""
    kind: str
    """``volume``, ``bind``, ``tmpfs``, or ``anonymous`` for a volume without a name."""
    source: Any
    target: Any


def mounts(resource: Resource) -> Iterator[Mount]:
    """Yield the mounts of a container from ``volumes`` and ``mounts``."""
    for path, block in blocks(resource, "volumes"):
        key = "hostPath" if block.get("hostPath") else "volumeName"
        kind = "bind" if key == "hostPath" else "volume"
        yield _mount(f"{path}.{key}", kind, block.get(key), block.get("containerPath"))
    for path, block in blocks(resource, "mounts"):
        kind = text(block.get("type"))
        yield _mount(f"{path}.source", kind, block.get("source"), block.get("target"))


def binds(resource: Resource) -> Iterator[Mount]:
    """Yield the mounts of folders of the machine whose path is known."""
    return (mount for mount in mounts(resource) if mount.kind == "bind" and text(mount.source))


def _mount(path: str, kind: str, source: object, target: object) -> Mount:
    # Docker takes a volume's "name" for a folder when it looks like a path
    if kind == "volume" and text(source).startswith(("/", "~", ".")):
        kind = "bind"
    if kind == "volume" and not source:
        kind = "anonymous"
    return Mount(path, kind, source, target)
