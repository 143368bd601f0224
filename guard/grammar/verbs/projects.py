"""Compose projects.

Compose files are not read here: what a project has is for the rules to ask the daemon.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from guard.effects import (
    ContainerEffect,
    CopyInto,
    CreateContainer,
    Effect,
    Execute,
    KillContainer,
    Look,
    OnServices,
    RemoveProjectContainers,
    StartContainer,
    StartProject,
    StopContainer,
    StopProject,
)
from guard.grammar.command import Command, Reader
from guard.grammar.flags import FALSE
from guard.grammar.mounts import mounts
from guard.grammar.values import capabilities, is_no_grace, pairs
from guard.grammar.verbs.containers import copied_into, ends_at_once
from guard.grammar.verbs.new_container import program


def on_services(
    command: Command, effect: ContainerEffect, services: tuple[str, ...] | None = None
) -> OnServices:
    """Return an effect for each container of the services named; none named means all."""
    chosen = command.words if services is None else services
    return OnServices(command.project, command.files, chosen, effect)


def killed(command: Command, services: tuple[str, ...] | None = None) -> Iterator[Effect]:
    """Return the killing that a grace of 0 seconds is; nothing with any other grace."""
    if is_no_grace(command.line.last("timeout")):
        yield on_services(command, KillContainer(""), services)


def down(command: Command) -> Iterator[Effect]:
    """``down``."""
    line = command.line
    yield StopProject(
        command.project, command.files, line.on("volumes"), line.last("rmi"), command.words
    )
    yield from killed(command)


def wait(command: Command) -> Iterator[Effect]:
    """``wait``, which with ``--down-project`` ends as ``down`` does."""
    if command.line.on("down-project"):
        yield StopProject(command.project, command.files)


def started(command: Command) -> StartProject:
    """Return the start of a project, with orphans removed by flag or by variable."""
    line = command.line
    by_variable = command.variables.get("COMPOSE_REMOVE_ORPHANS", "").strip()
    held, _ = mounts(line.all("volume"), ())
    return StartProject(
        command.project,
        command.files,
        renew_volumes=line.on("renew-anon-volumes"),
        remove_orphans=line.on("remove-orphans") or by_variable not in {"", *FALSE},
        mounts=held,
    )


def up(command: Command) -> Iterator[Effect]:
    """``up``, ``create``, ``start``, ``scale`` and ``watch``."""
    yield started(command)
    words = () if command.verb.endswith("scale") else command.words
    yield from killed(command, words)


def run(command: Command) -> Iterator[Effect]:
    """``run``: a container like those of the service, with the same volumes, runs a command."""
    line, words = command.line, command.words
    start = started(command)
    yield start
    typed = program(line, words[1:])
    yield CreateContainer(
        name=line.last("name"),
        labels=pairs(line.all("label")),
        mounts=start.mounts,
        capabilities=capabilities(line.all("cap-add")),
        command=typed,
        remove_after=line.on("rm"),
    )
    if typed:
        yield on_services(
            command,
            Execute("", typed, user=line.last("user"), folder=line.last("workdir")),
            words[:1],
        )


def stop(command: Command) -> Iterator[Effect]:
    """``stop`` and ``pause``."""
    kind = KillContainer if ends_at_once(command.line) else StopContainer
    yield on_services(command, kind(""))


def restart(command: Command) -> Iterator[Effect]:
    """``restart``, an end and a start."""
    yield from stop(command)
    yield on_services(command, StartContainer(""))


def kill(command: Command) -> Iterator[Effect]:
    """``kill``."""
    kind = KillContainer if ends_at_once(command.line, "KILL") else StopContainer
    yield on_services(command, kind(""))


def unpause(command: Command) -> Iterator[Effect]:
    """``unpause``."""
    yield on_services(command, StartContainer(""))


def remove(command: Command) -> Iterator[Effect]:
    """``rm``, of which ``--stop`` includes those that run."""
    line = command.line
    if line.on("stop"):
        yield on_services(command, StopContainer(""))
    yield RemoveProjectContainers(
        command.project, command.files, line.on("volumes"), line.on("force"), command.words
    )


def execute(command: Command) -> Iterator[Effect]:
    """``exec``."""
    line, words = command.line, command.words
    if words:
        effect = Execute(
            "",
            words[1:],
            privileged=line.on("privileged"),
            user=line.last("user"),
            folder=line.last("workdir"),
        )
        yield on_services(command, effect, words[:1])


def copy(command: Command) -> Iterator[Effect]:
    """``cp``, of which only the way into a container changes anything there."""
    target = copied_into(command.words[-1]) if len(command.words) > 1 else None
    if target is None:
        yield Look(command.verb)
    else:
        service, path = target
        yield on_services(command, CopyInto("", path), (service,))


READERS: Final[Mapping[str, Reader]] = {
    "compose down": down,
    "compose wait": wait,
    "compose up": up,
    "compose create": up,
    "compose start": up,
    "compose scale": up,
    "compose watch": up,
    "compose alpha watch": up,
    "compose alpha scale": up,
    "compose run": run,
    "compose stop": stop,
    "compose restart": restart,
    "compose pause": stop,
    "compose kill": kill,
    "compose unpause": unpause,
    "compose rm": remove,
    "compose exec": execute,
    "compose cp": copy,
}
