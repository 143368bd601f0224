"""LF001 to LF006: volumes are labelled, protected, in their place, reached by their own."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from infra import conventions
from policies import identity
from policies.reading import Mount, blocks, hides, labels, mounts, text, variables
from policies.view import CONTAINER, Finding, Resource, Surroundings

DECLARED_VOLUMES: Final[Mapping[str, tuple[str, ...]]] = {
    "postgres": ("/var/lib/postgresql/data",),
    "redis": ("/data",),
    "caddy": ("/data", "/config"),
}
"""Paths that the official images declare as VOLUME, or that hold their state, by service."""
PASSING_VOLUMES: Final[Mapping[str, tuple[str, ...]]] = {
    "searxng": ("/etc/searxng", "/var/cache/searxng"),
}
"""Paths that images declare as VOLUME and that hold nothing to keep: memory will do."""

_OF_CONTAINER: Final = re.compile(r"container:(.+)")


def is_data_volume(resource: Resource) -> bool:
    """Tell whether a volume holds what people entrusted to LedgerFlow, or claims to."""
    protected = set(conventions.PROTECTED_VOLUMES)
    return bool(identity.kinds(resource) & protected) or (
        conventions.LABEL_PROTECT in labels(resource)
    )


def label(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF001."""
    found = labels(resource).get(conventions.LABEL_PROTECT)
    if not is_data_volume(resource) or found == conventions.PROTECTED:
        return
    if found is not None or not hides(resource.props.get("labels")):
        yield Finding("labels", f"the label {conventions.LABEL_PROTECT}=true is missing")


def protect(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF002."""
    if is_data_volume(resource) and resource.options.protect is False:
        yield Finding("options.protect", "the resource option protect is not set")


def names(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF003."""
    name = resource.props.get("name")
    if hides(name):
        return
    environment = identity.own_environment(resource, around)
    if identity.environment_in(name) != environment:
        prefix = f"{conventions.CONTAINER_PREFIX}_{environment}_"
        yield Finding("name", f"the name does not begin with {prefix}")


def synced_folders(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF004."""
    for path, folder in _folders(resource):
        if around.synced_component(folder) is not None:
            yield Finding(path, "the folder is kept by a sync program")


def declared_volumes(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF005."""
    if any(hides(resource.props.get(key)) and _targets_hidden(resource, key) for key in _INPUTS):
        return
    named = {_normal(m.target) for m in mounts(resource) if m.kind == "volume"}
    services = identity.services(resource)
    for service in sorted(services & DECLARED_VOLUMES.keys()):
        for target in DECLARED_VOLUMES[service]:
            if target not in named:
                yield Finding("volumes", f"no named volume is mounted at {target}")
    covered = named | {_normal(m.target) for m in mounts(resource) if m.kind == "tmpfs"}
    for service in sorted(services & PASSING_VOLUMES.keys()):
        for target in PASSING_VOLUMES[service]:
            if target not in covered:
                yield Finding("volumes", f"neither a volume nor a tmpfs is at {target}")
    if "postgres" in services:
        yield from _data_directory(resource, named)


def isolation(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF006."""
    environment = identity.own_environment(resource, around)
    for path, name in _references(resource):
        if identity.environment_in(name) not in (None, environment):
            yield Finding(path, "it belongs to another environment")


_INPUTS: Final = ("volumes", "mounts")
_TELLING: Final = ("containerPath", "target", "type")
"""What tells where a mount is and whether it is a volume."""


def _targets_hidden(resource: Resource, key: str) -> bool:
    """Tell whether a mount may be at a path that is not known yet."""
    value = resource.props.get(key)
    if not isinstance(value, list | tuple):
        return True
    return any(not isinstance(item, Mapping) for item in value) or any(
        hides(block.get(told)) for _, block in blocks(resource, key) for told in _TELLING
    )


def _data_directory(resource: Resource, named: set[str]) -> Iterator[Finding]:
    for path, name, value in variables(resource):
        if name == "PGDATA" and not _lies_in(_normal(value), named):
            yield Finding(f"{path} (PGDATA)", "the data directory lies in no named volume")


def _lies_in(path: str, folders: set[str]) -> bool:
    return any(PurePosixPath(path).is_relative_to(folder) for folder in folders)


def _normal(path: object) -> str:
    return str(PurePosixPath(text(path)))


def _folders(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the folders of the machine that a container mounts or a volume stands for."""
    if resource.type != CONTAINER:
        yield from _devices("driverOpts", resource.props.get("driverOpts"))
        return
    for mount in mounts(resource):
        if mount.kind == "bind" and text(mount.source):
            yield mount.path, mount.source
    for path, block in blocks(resource, "mounts"):
        options = block.get("volumeOptions")
        if isinstance(options, Mapping):
            yield from _devices(f"{path}.volumeOptions.driverOptions", options.get("driverOptions"))


def _devices(path: str, options: object) -> Iterator[tuple[str, str]]:
    if isinstance(options, Mapping) and (device := text(options.get("device"))):
        yield f"{path}.device", device


def _references(resource: Resource) -> Iterator[tuple[str, object]]:
    yield from ((mount.path, mount.source) for mount in _volumes(resource))
    for path, block in blocks(resource, "volumes"):
        yield f"{path}.fromContainer", block.get("fromContainer")
    for path, block in blocks(resource, "networksAdvanced"):
        yield f"{path}.name", block.get("name")
    for key in ("networkMode", "pidMode", "ipcMode"):
        mode = text(resource.props.get(key))
        shared = _OF_CONTAINER.fullmatch(mode)
        yield key, shared[1] if shared else mode


def _volumes(resource: Resource) -> Iterator[Mount]:
    return (mount for mount in mounts(resource) if mount.kind == "volume")
