"""Mounts of a new container: ``--volume``, ``--mount`` and ``--use-api-socket``.

Source: ``ParseVolume`` and ``MountOpt`` of docker's client, and the engine's own parser for Linux,
which gets ``--volume`` as it was typed.
"""

import csv
from collections.abc import Iterable
from typing import Final

from guard.effects import Mounted
from guard.grammar.flags import FALSE

DOCKER_SOCKET: Final = "/var/run/docker.sock"
API_SOCKET: Final = Mounted(DOCKER_SOCKET, DOCKER_SOCKET)
"""What ``--use-api-socket`` mounts."""
WITHOUT_SOURCE: Final = frozenset({"tmpfs", "image"})
"""Types whose source is no volume and no path."""


def by_volume(value: str) -> Mounted:
    """Return the mount that ``--volume [SOURCE:]TARGET[:OPTIONS]`` means."""
    source, *more = value.split(":")
    if not more:
        return Mounted("", source)
    options = ":".join(more[1:]).split(",")
    return Mounted(source, more[0], read_only="ro" in options and "rw" not in options)


def by_mount(value: str) -> Mounted | None:
    """Return the mount that ``--mount KEY=VALUE,…`` means, None for one that holds no data.

    Raises csv.Error, ValueError and StopIteration for what is no list of keys.
    """
    kind, source, target, read_only, device = "volume", "", "", False, None
    for field in next(csv.reader([value])):
        key, equals, given = field.partition("=")
        match key.strip().lower():
            case "type":
                kind = given.strip().lower()
            case "source" | "src":
                source = given.strip()
            case "target" | "dst" | "destination":
                target = given.strip()
            case "readonly" | "ro":
                read_only = given.strip() not in FALSE
            case "volume-opt" if given.strip().startswith("device="):
                device = given.strip().removeprefix("device=")
            case "volume-nocopy" | "bind-nonrecursive":
                continue
            case _ if not equals:
                raise ValueError(field)
    if not target:
        raise ValueError(value)
    if kind in WITHOUT_SOURCE:
        return None
    if kind == "bind" and not source.startswith(("/", ".", "~")):
        source = f"./{source}"
    return Mounted(source, target, read_only, device)


def mounts(
    volumes: Iterable[str], given: Iterable[str]
) -> tuple[tuple[Mounted, ...], tuple[str, ...]]:
    """Return all mounts, those of ``--volume`` first, and the values that are not understood."""
    found = [by_volume(value) for value in volumes]
    strange = []
    for value in given:
        try:
            mount = by_mount(value)
        except (csv.Error, ValueError, StopIteration):
            strange.append(value)
        else:
            found += [mount] if mount else []
    return tuple(found), tuple(strange)
