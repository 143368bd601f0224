"""Whose an object is, and whether it is protected: by its labels and by its name.

Where the two disagree the stricter one counts: a label ``dev`` must not take the protection of
production off a volume of production.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from guard.rules.paths import Parts, parts, related
from guard.world import Container, Network, Volume, World
from infra.conventions import (
    ARCHIVE_FOLDER,
    AUDIT_VOLUME,
    CONTAINER_PREFIX,
    LABEL_ENVIRONMENT,
    LABEL_PREFIX,
    LABEL_PROTECT,
    LABEL_SERVICE,
    LOCKED_ENVIRONMENTS,
    PROTECTED,
    PROTECTED_VOLUMES,
)
from infra.kept_volumes import KEPT, LABEL_KEPT

_NAMED: Final = re.compile(rf"{CONTAINER_PREFIX}_(?P<environment>[a-z0-9-]+)_(?P<rest>.+)")
_NO_LABELS: Final[Mapping[str, str]] = MappingProxyType({})
_NOBODYS: Final = ("", "")
_SLOT: Final = re.compile(r"[-_](blue|green)$")
_KEPT: Final = "_kept_"
"""In the names that :func:`infra.kept_volumes.kept_name` gives."""

NEVER_STARTED: Final = "created"
"""The status of a container on which nothing has run."""
DATABASE: Final = "postgres"
CACHE: Final = "redis"
BACKUP: Final = "backup"
SERVERS: Final = frozenset({DATABASE, CACHE})
"""Services whose process holds what is not yet written."""
STATEFUL: Final = SERVERS | {"caddy"}
"""Services whose containers are never removed with their unnamed volumes."""


def named(name: str) -> tuple[str, str]:
    """Return environment and rest of a name of ours (``ledger_dev_redis``), else two empty ones."""
    found = _NAMED.fullmatch(name.removeprefix("/"))
    return (found["environment"], found["rest"]) if found else _NOBODYS


def label(thing: Volume | Container | Network | None, key: str) -> str:
    """Return a label of an object; empty when there is none, or no such object."""
    return thing.labels.get(key, "") if thing is not None else ""


def environments_of(thing: Volume | Container | Network) -> frozenset[str]:
    """Return the environments that the object's label and name tell."""
    return environments(thing.name, thing.labels)


def environments(name: str, labels: Mapping[str, str] = _NO_LABELS) -> frozenset[str]:
    """Return the environments that label and name tell; empty for what is not LedgerFlow's."""
    return frozenset(filter(None, (labels.get(LABEL_ENVIRONMENT), named(name)[0])))


def locked(told: Iterable[str]) -> tuple[str, ...]:
    """Return those of the environments that hold people's own documents, sorted."""
    return tuple(sorted(set(told) & set(LOCKED_ENVIRONMENTS)))


def locked_of(thing: Volume | Container | Network) -> tuple[str, ...]:
    """Return the locked environments that the object belongs to."""
    return locked(environments_of(thing))


def is_ours(name: str, labels: Mapping[str, str]) -> bool:
    """Tell whether an object is LedgerFlow's."""
    return named(name) != _NOBODYS or any(key.startswith(f"{LABEL_PREFIX}.") for key in labels)


def services(container: Container) -> frozenset[str]:
    """Return the services that label and name tell, a slot counting as its service."""
    told = (label(container, LABEL_SERVICE), named(container.name)[1])
    return frozenset(_SLOT.sub("", service) for service in told)


def is_protected_name(volume: str) -> bool:
    """Tell whether a volume of this name is protected, label or not.

    Kept ones are, too, and the record of what was done in a locked environment.
    """
    environment, rest = named(volume)
    if rest == AUDIT_VOLUME:
        return environment in LOCKED_ENVIRONMENTS
    return rest.partition(_KEPT)[0] in PROTECTED_VOLUMES


def protected_kind(volume: str) -> str:
    """Return ``db_data`` or ``media_data`` when that is the volume, else nothing."""
    rest = named(volume)[1]
    return rest if rest in PROTECTED_VOLUMES else ""


def is_protected(volume: Volume) -> bool:
    """Tell whether the volume is protected, by its name, its label, or as a kept one."""
    return (
        is_protected_name(volume.name)
        or label(volume, LABEL_PROTECT).lower() == PROTECTED
        or label(volume, LABEL_KEPT).lower() == KEPT
    )


def find_container(reference: str, world: World) -> Container | None:
    """Return the container; Docker takes its name with a slash before it as well."""
    return world.container(reference.removeprefix("/"))


def protects(volume: str, world: World) -> bool:
    """Tell whether the volume of that name is protected; asks only if the name does not tell."""
    if is_protected_name(volume):
        return True
    found = world.volume(volume)
    return found is not None and is_protected(found)


def protected_mounts(
    container: Container, world: World, *, writable: bool = False
) -> dict[str, str]:
    """Return what the container mounts of what must not be lost: target to name of the volume.

    So do the archive of backups, by its folder's name, and the daemon's own data. ``writable``
    leaves out what is mounted read-only.
    """
    return {
        mount.target: mount.volume or mount.source
        for mount in container.mounts
        if not (writable and mount.read_only)
        and (protects(mount.volume, world) if mount.volume else _holds_data(mount.source, world))
    }


def is_stateful(container: Container, world: World) -> bool:
    """Tell whether the container's process may hold what is not yet written."""
    of_ours = is_ours(container.name, container.labels) and services(container) & SERVERS
    return bool(of_ours) or bool(protected_mounts(container, world))


def data_roots(world: World) -> frozenset[Parts]:
    """Return where the daemon keeps its data: as it says, and where links lead from there."""
    root = world.data_root()
    return frozenset((parts(root), parts(world.real_path(root))))


def _holds_data(path: str, world: World) -> bool:
    return in_archive(path) or any(related(parts(path), root) for root in data_roots(world))


def in_archive(path: str) -> bool:
    """Tell whether a path of the machine is the archive of backups, or lies in it."""
    return ARCHIVE_FOLDER.lower() in path.lower().split("/")
