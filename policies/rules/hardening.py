"""LF017 to LF022: what a container may do to its machine."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from policies.reading import binds, hides, text, texts, variables
from policies.view import CONTAINER, Finding, Resource, Surroundings

HARMLESS: Final = frozenset(
    {"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"}
)
"""Capabilities that act inside the container only."""

_NO_NEW_PRIVILEGES: Final = re.compile(r"no-new-privileges([:=]true)?")
_UNCONFINED: Final = re.compile(r"(seccomp|apparmor|systempaths)[:=]unconfined|label[:=]disable")
_SOCKET: Final = re.compile(r"(docker|podman|containerd|buildkitd)[^/]*\.sock")
_SOCKET_FOLDERS: Final = tuple(
    map(PurePosixPath, ("/var/run", "/run", "/var/lib/docker", "/run/docker", "/var/run/docker"))
)
_SHARED: Final = re.compile(r"host|container:.*")
_MODES: Final = ("networkMode", "pidMode", "ipcMode", "usernsMode", "cgroupnsMode")


def drop_all(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF017."""
    capabilities = resource.props.get("capabilities")
    drops = capabilities.get("drops") if isinstance(capabilities, Mapping) else capabilities
    if "ALL" not in _capabilities(drops) and not hides(drops):
        yield Finding("capabilities.drops", "ALL is not dropped")


def few_added(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF018."""
    capabilities = resource.props.get("capabilities")
    adds = capabilities.get("adds") if isinstance(capabilities, Mapping) else None
    for capability in sorted(_capabilities(adds) - HARMLESS):
        name = capability if re.fullmatch(r"[A-Z_]{1,24}", capability) else "one of them"
        yield Finding("capabilities.adds", f"{name} reaches beyond the container")


def no_new_privileges(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF019."""
    options = resource.props.get("securityOpts")
    stated = [option for _, option in texts(resource, "securityOpts")]
    if not any(map(_NO_NEW_PRIVILEGES.fullmatch, stated)) and not hides(options):
        yield Finding("securityOpts", "no-new-privileges is not set")


def confined(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF020."""
    if resource.props.get("privileged") is True:
        yield Finding("privileged", "the container is privileged")
    for key in ("devices", "deviceCgroupRules"):
        if resource.props.get(key) and not hides(resource.props[key]):
            yield Finding(key, "the container gets a device of the machine")
    for path, option in texts(resource, "securityOpts"):
        if _UNCONFINED.fullmatch(option):
            yield Finding(path, "a profile is switched off")


def no_docker_socket(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF021."""
    for path, folder in _host_paths(resource):
        if any(_reaches_daemon(PurePosixPath(p)) for p in (folder, around.real_path(folder))):
            yield Finding(path, "the Docker daemon is reached through it")
    for path, name, _ in variables(resource):
        if name == "DOCKER_HOST":
            yield Finding(f"{path} ({name})", "the container is told a Docker daemon")


def own_namespaces(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF022."""
    for key in _MODES:
        if _SHARED.fullmatch(text(resource.props.get(key))):
            yield Finding(key, "the namespace is not the container's own")


def _capabilities(value: object) -> set[str]:
    if not isinstance(value, list | tuple):
        return set()
    return {item.upper().removeprefix("CAP_") for item in value if isinstance(item, str)}


def _host_paths(resource: Resource) -> Iterator[tuple[str, Any]]:
    if resource.type == CONTAINER:
        yield from ((mount.path, mount.source) for mount in binds(resource))
        return
    options = resource.props.get("driverOpts")
    if isinstance(options, Mapping) and text(options.get("device")).startswith("/"):
        yield "driverOpts.device", options["device"]


def _reaches_daemon(path: PurePosixPath) -> bool:
    """Tell whether the path is a daemon's socket or data, or a folder that holds them."""
    if _SOCKET.fullmatch(path.name) or path.is_relative_to("/var/lib/docker"):
        return True
    return any(folder.is_relative_to(path) for folder in _SOCKET_FOLDERS)
