"""Swarm: what is changed in one, and the leaving of it."""

from collections.abc import Iterator, Mapping
from typing import Final

from guard.effects import ChangeSwarm, Effect, StartProject
from guard.grammar.command import Command, Reader


def change(command: Command) -> Iterator[Effect]:
    """Verbs that change the swarm itself; ``leave`` goes by that word alone."""
    yield ChangeSwarm(command.verb.removeprefix("swarm "))


def change_named(command: Command) -> Iterator[Effect]:
    """Verbs that change what they name."""
    return (ChangeSwarm(command.verb, name.partition("=")[0]) for name in command.words)


def rotate(command: Command) -> Iterator[Effect]:
    """Verbs that show a key, and with ``--rotate`` change it."""
    if command.line.on("rotate"):
        yield ChangeSwarm(command.verb.removeprefix("swarm "))


def deploy(command: Command) -> Iterator[Effect]:
    """``stack deploy``."""
    for stack in command.words[:1]:
        yield StartProject(
            project=stack,
            files=command.line.all("compose-file"),
            remove_orphans=command.line.on("prune"),
        )
        yield ChangeSwarm(command.verb, stack)


READERS: Final[Mapping[str, Reader]] = {
    "swarm leave": change,
    "swarm update": change,
    "swarm ca": rotate,
    "swarm join-token": rotate,
    "swarm unlock-key": rotate,
    "stack deploy": deploy,
    "stack rm": change_named,
    "service rm": change_named,
    "service rollback": change_named,
    "service scale": change_named,
    "node rm": change_named,
    "node demote": change_named,
    "node promote": change_named,
    "node update": change_named,
    "secret rm": change_named,
    "config rm": change_named,
}
