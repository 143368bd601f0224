"""Containers that exist: stopping, killing, removing, changing, entering them."""

from collections.abc import Iterator, Mapping
from typing import Final

from guard.effects import (
    ChangeContainer,
    CopyInto,
    Effect,
    Execute,
    KillContainer,
    Look,
    PruneContainers,
    RemoveContainer,
    StartContainer,
    StopContainer,
)
from guard.grammar.command import Command, Reader
from guard.grammar.flags import Parsed
from guard.grammar.values import filters, is_gentle, is_no_grace


def ends_at_once(line: Parsed, signal: str = "TERM") -> bool:
    """Tell whether ``--signal`` and ``--timeout`` leave a server no time to finish."""
    return not is_gentle(line.last("signal") or signal) or is_no_grace(line.last("timeout"))


def stop(command: Command) -> Iterator[Effect]:
    """``stop`` and ``pause``."""
    kind = KillContainer if ends_at_once(command.line) else StopContainer
    return (kind(name) for name in command.words)


def restart(command: Command) -> Iterator[Effect]:
    """``restart``, an end and a start."""
    kind = KillContainer if ends_at_once(command.line) else StopContainer
    return (effect for name in command.words for effect in (kind(name), StartContainer(name)))


def kill(command: Command) -> Iterator[Effect]:
    """``kill``, with SIGKILL when no signal is named."""
    kind = KillContainer if ends_at_once(command.line, "KILL") else StopContainer
    return (kind(name) for name in command.words)


def start(command: Command) -> Iterator[Effect]:
    """``start`` and ``unpause``."""
    return (StartContainer(name) for name in command.words)


def remove(command: Command) -> Iterator[Effect]:
    """``rm``; with ``--link`` a link goes and not the container."""
    line = command.line
    for name in command.words:
        if line.on("link"):
            yield ChangeContainer(name, "update")
        else:
            yield RemoveContainer(name, volumes=line.on("volumes"), force=line.on("force"))


def prune(command: Command) -> Iterator[Effect]:
    """``container prune``."""
    yield PruneContainers(filters(command.line.all("filter")))


def rename(command: Command) -> Iterator[Effect]:
    """``rename``."""
    if command.words:
        container, new_name = (*command.words, "")[:2]
        yield ChangeContainer(container, "rename", new_name)


def update(command: Command) -> Iterator[Effect]:
    """``update`` of limits and restart policy."""
    return (ChangeContainer(name, "update") for name in command.words)


def execute(command: Command) -> Iterator[Effect]:
    """``exec``."""
    if command.words:
        container, *program = command.words
        line = command.line
        yield Execute(
            container,
            tuple(program),
            privileged=line.on("privileged"),
            user=line.last("user"),
            folder=line.last("workdir"),
        )


def copied_into(place: str) -> tuple[str, str] | None:
    """Return container and path of a place of ``cp``, None for one on this machine.

    Source: ``splitCpArg`` of docker's client.
    """
    container, colon, path = place.partition(":")
    if not colon or place.startswith("/") or container.startswith("."):
        return None
    return container, path if path.startswith("/") else f"/{path}"


def copy(command: Command) -> Iterator[Effect]:
    """``cp``, of which only the way into a container changes anything there."""
    target = copied_into(command.words[-1]) if len(command.words) > 1 else None
    yield CopyInto(*target) if target else Look(command.verb)


def freeze(command: Command) -> Iterator[Effect]:
    """``checkpoint create``, which ends the container unless it is told otherwise."""
    if command.words and not command.line.on("leave-running"):
        yield KillContainer(command.words[0])


READERS: Final[Mapping[str, Reader]] = {
    "container stop": stop,
    "container restart": restart,
    "container pause": stop,
    "container kill": kill,
    "container start": start,
    "container unpause": start,
    "container rm": remove,
    "container prune": prune,
    "container rename": rename,
    "container update": update,
    "container exec": execute,
    "container cp": copy,
    "checkpoint create": freeze,
}
