"""Mounts of a new container: ``--volume``, ``--mount`` and ``--use-api-socket``.

Source: ``ParseVolume`` and ``MountOpt`` of docker's client, and the engine's own parser for Linux,
which gets ``--volume`` as it was typed.
"""

import csv
from collections.abc import Iterable
from typing import Final

from guard.effects import Mounted
from guard.grammar.flags import FALSE
from guard.grammar.values import path

DOCKER_SOCKET: Final = "/var/run/docker.sock"
API_SOCKET: Final = Mounted(DOCKER_SOCKET, DOCKER_SOCKET)
"""What ``--use-api-socket`` mounts."""
WITHOUT_SOURCE: Final = frozenset({"tmpfs", "image"})
"""Types whose source is no volume and no path."""


def local_device(device: str) -> str:
    """Return the option ``device`` of a volume without detours, as far as it is a path here."""
    return path(device, "") if device.startswith("/") else device


def by_volume(value: str, folder: str) -> Mounted:
    """Return the mount that ``--volume [SOURCE:]TARGET[:OPTIONS]`` means."""
    parts = value.split(":")
    if len(parts) == 1:
        return Mounted("", value)
    source, target, options = parts[0], parts[1], ":".join(parts[2:]).split(",")
    if source.startswith(("/", ".")):
        source = path(source, folder)
    return Mounted(source, target, read_only="ro" in options and "rw" not in options)


def by_mount(value: str, folder: str) -> Mounted | None:
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
                device = local_device(given.strip().removeprefix("device="))
            case "volume-nocopy" | "bind-nonrecursive":
                continue
            case _ if not equals:
                raise ValueError(field)
    if kind in WITHOUT_SOURCE:
        return None
    if kind == "bind":
        source = path(source, folder)
    return Mounted(source, target, read_only, device)


def mounts(
    volumes: Iterable[str], given: Iterable[str], folder: str
) -> tuple[tuple[Mounted, ...], tuple[str, ...]]:
    """Return all mounts, those of ``--volume`` first, and the values that are not understood."""
    found = [by_volume(value, folder) for value in volumes]
    strange = []
    for value in given:
        try:
            mount = by_mount(value, folder)
        except (csv.Error, ValueError, StopIteration):
            strange.append(value)
        else:
            found += [mount] if mount else []
    return tuple(found), tuple(strange)
