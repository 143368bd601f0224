"""What a request does beyond its own words, which only the daemon's objects tell.

A path in a container may lead elsewhere by a symbolic link; and a folder of the machine that a
container was given is looked up when the container starts, by which time it may be a link. The
socket on which this daemon listens may have a name of its own.
"""

import os
from collections.abc import Iterable, Iterator

from guard.effects import CopyInto, CreateContainer, Effect, Mounted, StartContainer
from guard.grammar.mounts import DOCKER_SOCKET
from guard.records import replace
from guard.world import Container
from guard.world_daemon import DaemonWorld


def expanded(effects: Iterable[Effect], world: DaemonWorld) -> tuple[Effect, ...]:
    """Return the effects and those that follow from them; raise WorldError."""
    return tuple(found for effect in effects for found in _expanded(effect, world))


def _expanded(effect: Effect, world: DaemonWorld) -> Iterator[Effect]:
    yield effect
    if isinstance(effect, CopyInto):
        real = world.container_path(effect.container, effect.path)
        if real != os.path.normpath(effect.path):
            yield CopyInto(effect.container, real)
    if isinstance(effect, StartContainer):
        container = world.container(effect.container)
        if container is not None:
            yield from _linked_folders(container, world)
    if isinstance(effect, CreateContainer):
        yield from _own_socket(effect, world)


def _own_socket(effect: CreateContainer, world: DaemonWorld) -> Iterator[Effect]:
    """Call the daemon's socket by the name that the rules know it by."""
    paths = [world.real_path(mount.source) for mount in effect.mounts if mount.is_path]
    if world.socket and any(_holds(path, world.socket) for path in paths):
        yield replace(effect, mounts=(Mounted(DOCKER_SOCKET, DOCKER_SOCKET),))


def _holds(folder: str, path: str) -> bool:
    return os.path.commonpath([folder, path]) == folder


def _linked_folders(container: Container, world: DaemonWorld) -> Iterator[Effect]:
    mounts = tuple(
        Mounted(real, mount.target, mount.read_only)
        for mount in container.mounts
        if mount.source and not mount.volume
        if (real := world.real_path(mount.source)) != os.path.normpath(mount.source)
    )
    if mounts:
        labels = tuple(container.labels.items())
        yield CreateContainer(container.name, container.image, labels, mounts)
