"""LF006, LF018, LF020 to LF022, LF043, LF051 and LF052: what a new container may reach."""

from collections.abc import Iterator
from typing import Final

from guard.decision import Decision
from guard.effects import CreateContainer, Mounted
from guard.rules import hostpaths
from guard.rules.objects import (
    environments,
    environments_of,
    find_container,
    is_ours,
    is_protected,
    locked,
    locked_of,
    named,
    protected_kind,
)
from guard.rules.ownership import backed_up_by, help_of, own_environment
from guard.rules.situation import Situation, refuse
from guard.world import Volume, World

BEYOND: Final = frozenset(
    {
        "ALL",
        "BPF",
        "DAC_READ_SEARCH",
        "MKNOD",
        "PERFMON",
        "SYS_ADMIN",
        "SYS_BOOT",
        "SYS_MODULE",
        "SYS_PTRACE",
        "SYS_RAWIO",
    }
)
"""Capabilities that reach the machine, its other processes or its disks."""
_UNCONFINED: Final = frozenset({"seccomp", "apparmor", "systempaths"})
_NO_NETWORKS: Final = frozenset({"", "bridge", "default", "host", "none"})
_MADE_BY_UP: Final = "make up ENV={0} makes the containers of {0}"


def confinement(effect: CreateContainer, situation: Situation) -> Iterator[Decision]:
    """LF020: not privileged, no devices of the machine, no profile switched off."""
    reasons = [option for option in effect.security_options if switches_off(option)]
    reasons += [path for path in effect.devices if not hostpaths.is_quiet_device(path)]
    if effect.privileged:
        reasons.insert(0, "privileged")
    if reasons:
        yield refuse(
            "LF020",
            f"the container would get the whole machine ({reasons[0]})",
            "leave that out; add the one capability that is needed with --cap-add",
        )


def switches_off(option: str) -> bool:
    """Tell whether a security option takes the confinement off a container."""
    key, _, value = option.lower().replace(":", "=", 1).partition("=")
    return (key in _UNCONFINED and value == "unconfined") or (key == "label" and value == "disable")


def capabilities(effect: CreateContainer, situation: Situation) -> Iterator[Decision]:
    """LF018: no capability that reaches beyond the container."""
    added = {name.upper().removeprefix("CAP_") for name in effect.capabilities}
    for name in sorted(added & BEYOND):
        yield refuse(
            "LF018",
            f"the capability {name} reaches beyond the container",
            "leave it out, or run the program on the machine itself",
        )


def namespaces(effect: CreateContainer, situation: Situation) -> Iterator[Decision]:
    """LF022 and LF006: no namespace of the machine but its network, none of a server of ours."""
    own = _environments_of(effect, situation)
    for kind, shared in effect.namespaces:
        if shared == "host" and kind != "network":
            yield refuse(
                "LF022",
                f"the container would share the machine's {kind} namespace",
                f"leave --{kind} out; ledger_docker top and ledger_docker stats show processes",
            )
        other, _, reference = shared.partition(":")
        if other != "container":
            continue
        container = find_container(reference, situation.world)
        if container is None or not is_ours(container.name, container.labels):
            continue
        if kind == "network" and set(locked_of(container)) <= own:
            continue
        yield refuse(
            "LF006" if kind == "network" else "LF022",
            f"the container would share the {kind} namespace of {container.name}",
            f"ledger_docker exec {container.name} … runs a program in it",
            environments=environments_of(container),
        )


def networks(effect: CreateContainer, situation: Situation) -> Iterator[Decision]:
    """LF006: only an environment's own containers are on a locked environment's networks."""
    own = _environments_of(effect, situation)
    for name in effect.networks:
        if name.lower() in _NO_NETWORKS:
            continue
        found = situation.world.network(name)
        told = locked(environments_of(found) if found else environments(name))
        if not set(told) <= own:
            yield refuse(
                "LF006",
                f"the container would be on network {found.name if found else name} of {told[0]}",
                f"use a network of your own; ledger_docker exec reaches what runs in {told[0]}",
                environments=told,
            )


def names(effect: CreateContainer, situation: Situation) -> Iterator[Decision]:
    """LF052: a locked environment's containers are made by LedgerFlow's program alone."""
    claimed = locked(environments(effect.name, dict(effect.labels)))
    if not claimed:
        return
    if situation.by_hand or not set(claimed) <= _environments_of(effect, situation):
        yield refuse(
            "LF052",
            f"container {effect.name or 'without a name'} would pass for one of {claimed[0]}",
            f"choose another name and other labels; {_MADE_BY_UP.format(claimed[0])}",
            environments=claimed,
        )


def mounts(effect: CreateContainer, situation: Situation) -> Iterator[Decision]:
    """LF043, LF006, LF051, and the paths of :mod:`guard.rules.hostpaths`."""
    for mount in (*effect.mounts, *_taken_over(effect, situation.world)):
        if mount.device:
            yield from hostpaths.device(mount.device, situation)
        if mount.is_path:
            yield from hostpaths.mounts(
                mount.source,
                situation,
                read_only=mount.read_only,
                backed_up=backed_up_by(effect),
            )
        elif mount.source:
            yield from _volume(mount, effect, situation)


def _volume(mount: Mounted, effect: CreateContainer, situation: Situation) -> Iterator[Decision]:
    world = situation.world
    found = world.volume(mount.source)
    if found is None and protected_kind(mount.source):
        yield _unmade(mount.source)
        return
    volume = found or Volume(mount.source)
    if volume.device:
        yield from hostpaths.device(volume.device, situation)
    told = environments_of(volume)
    if _is_its_own(effect, situation, mount, told):
        return
    if is_protected(volume) and not (mount.read_only and not locked(told)):
        yield refuse(
            "LF043",
            f"volume {mount.source} would be mounted by a container that is not its own",
            _look_instead(told),
            environments=told,
            volumes=(mount.source,),
        )
    elif locked(told):
        yield refuse(
            "LF006",
            f"volume {mount.source} of {locked(told)[0]} would be mounted by another's container",
            _look_instead(told),
            environments=told,
        )


def _is_its_own(
    effect: CreateContainer, situation: Situation, mount: Mounted, told: frozenset[str]
) -> bool:
    own = own_environment(effect)
    if own and told <= {own}:
        return True
    helps = None if situation.by_hand else help_of(effect, situation.world)
    return helps is not None and helps.mounts(mount, situation.world)


def _environments_of(effect: CreateContainer, situation: Situation) -> set[str]:
    """Return the environments whose own container this is, as a service or as a helper."""
    own = {own_environment(effect)}
    if not situation.by_hand:
        helps = help_of(effect, situation.world)
        own.add(named(helps.of)[0] if helps else "")
    return own - {""}


def _taken_over(effect: CreateContainer, world: World) -> Iterator[Mounted]:
    for reference in effect.volumes_from:
        name, _, mode = reference.partition(":")
        container = find_container(name, world)
        for mount in container.mounts if container else ():
            read_only = mount.read_only or mode == "ro"
            yield Mounted(mount.volume or mount.source, mount.target, read_only)


def _unmade(name: str) -> Decision:
    environment, kind = named(name)
    return refuse(
        "LF051",
        f"volume {name} is not there: Docker would make one without its label",
        f"make up ENV={environment}; if it is lost: make volume-recreate ENV={environment} "
        f"VOLUME={kind} FROM=…",
        environments=(environment,),
        volumes=(name,),
    )


def _look_instead(told: frozenset[str]) -> str:
    environment = (*locked(told), *sorted(told), "dev")[0]
    return f"make backup ENV={environment} copies what it holds; make status shows what runs"
