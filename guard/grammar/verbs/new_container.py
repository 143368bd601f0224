"""Containers that are made: ``run``, ``create`` and services of a swarm."""

from collections.abc import Iterator, Mapping
from typing import Final

from guard.effects import ChangeSwarm, CreateContainer, Effect, Unknown
from guard.grammar.command import Command, Reader
from guard.grammar.flags import Parsed
from guard.grammar.mounts import API_SOCKET, mounts
from guard.grammar.named import named
from guard.grammar.values import capabilities, namespaces, networks, pairs


def program(line: Parsed, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a container runs, with ``--entrypoint`` before it; empty when its image tells."""
    entrypoint = line.last("entrypoint")
    return (entrypoint, *words) if entrypoint else words


def devices(line: Parsed) -> tuple[str, ...]:
    """Return the machine's devices a container gets; a rule of a cgroup counts as ``rule:…``."""
    paths = (value.partition(":")[0] for value in line.all("device"))
    rules = (f"rule:{value}" for value in line.all("device-cgroup-rule"))
    return (*paths, *rules)


def taken_from(value: str) -> str:
    """Return the container of ``--volumes-from``, and ``:ro`` when that is its mode."""
    container, _, mode = value.partition(":")
    return f"{container}:ro" if mode == "ro" else container


def create(command: Command) -> Iterator[Effect]:
    """``run`` and ``create``."""
    line, words = command.line, command.words
    joined = networks(line.all("network"))
    held, strange = mounts(line.all("volume"), line.all("mount"))
    name = line.last("name")
    yield CreateContainer(
        name=name,
        image=words[0] if words else "",
        labels=pairs(line.all("label")),
        mounts=(*held, API_SOCKET) if line.on("use-api-socket") else held,
        volumes_from=tuple(map(taken_from, line.all("volumes-from"))),
        privileged=line.on("privileged"),
        capabilities=capabilities(line.all("cap-add")),
        devices=devices(line),
        security_options=line.all("security-opt"),
        namespaces=namespaces(
            {
                "pid": line.last("pid"),
                "network": mode(joined),
                "ipc": line.last("ipc"),
                "userns": line.last("userns"),
                "uts": line.last("uts"),
                "cgroup": line.last("cgroupns"),
            }
        ),
        networks=joined,
        command=program(line, words[1:]),
        remove_after=line.on("rm"),
    )
    yield from (Unknown(f"--mount {value}", named([value])) for value in strange)


def mode(joined: tuple[str, ...]) -> str:
    """Return the network that is none of its own, but the machine's or another container's."""
    return next((name for name in joined if name == "host" or name.startswith("container:")), "")


def service(command: Command) -> Iterator[Effect]:
    """``service create`` and ``service update``, each of which makes containers."""
    line, words = command.line, command.words
    updates = command.verb == "service update"
    name = words[0] if updates and words else line.last("name")
    held, strange = mounts((), line.all("mount", "mount-add"))
    joined = networks(line.all("network", "network-add"))
    yield CreateContainer(
        name=name,
        image=line.last("image") if updates else "".join(words[:1]),
        labels=pairs(line.all("label", "label-add", "container-label", "container-label-add")),
        mounts=held,
        capabilities=capabilities(line.all("cap-add")),
        namespaces=namespaces({"network": mode(joined)}),
        networks=joined,
        command=program(line, tuple(line.last("args").split()) if updates else words[1:]),
    )
    yield ChangeSwarm(command.verb, name)
    yield from (Unknown(f"--mount {value}", named([value])) for value in strange)


READERS: Final[Mapping[str, Reader]] = {
    "container run": create,
    "container create": create,
    "service create": service,
    "service update": service,
}
