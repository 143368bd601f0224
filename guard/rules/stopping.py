"""LF041, LF042, LF044 and LF050: how containers may end, and be changed."""

from collections.abc import Iterator

from guard.decision import Decision
from guard.effects import ChangeContainer, KillContainer, PruneContainers, RemoveContainer
from guard.rules.objects import (
    NEVER_STARTED,
    STATEFUL,
    environments,
    environments_of,
    find_container,
    is_ours,
    is_stateful,
    locked,
    locked_of,
    protected_mounts,
    services,
)
from guard.rules.situation import Situation, ask_proof, listed, refuse
from guard.rules.volumes import matches
from guard.world import Container, World

ANONYMOUS_DIGITS = 64
"""Docker names a volume that nobody named by so many hexadecimal digits."""


def kill(effect: KillContainer, situation: Situation) -> Iterator[Decision]:
    """LF044: a server of a locked environment is given time to write what it holds."""
    container = find_container(effect.container, situation.world)
    if container is not None:
        yield from _killed(container, situation.world)


def removal(effect: RemoveContainer, situation: Situation) -> Iterator[Decision]:
    """LF041 and LF044: no volumes with a container of LedgerFlow, and no kill by the way."""
    container = find_container(effect.container, situation.world)
    if container is None:
        return
    if effect.volumes and takes_volumes(container, situation):
        yield refuse(
            "LF041",
            f"container {container.name} would be removed with volumes",
            f"without -v: ledger_docker stop {container.name} && ledger_docker rm "
            f"{container.name}; what volumes hold stays",
            environments=environments_of(container),
            volumes=protected_mounts(container, situation.world).values(),
        )
    if effect.force:
        yield from _killed(container, situation.world)


def pruning(effect: PruneContainers, situation: Situation) -> Iterator[Decision]:
    """LF042: a stopped container of a locked environment is what a rollback starts."""
    found = [
        container
        for container in situation.world.containers()
        if not container.running
        and locked_of(container)
        and matches(effect.filters, container.labels)
    ]
    if found:
        yield refuse(
            "LF042",
            f"a prune of containers would delete {listed(c.name for c in found)}",
            "ledger_docker rm NAME for those that you mean, or a filter: "
            "--filter label!=com.ledgerflow.environment",
            environments={name for container in found for name in locked_of(container)},
        )


def change(effect: ChangeContainer, situation: Situation) -> Iterator[Decision]:
    """LF050: names and limits of a locked environment are the program's business.

    LedgerFlow's own program changes limits in place, and renames nothing.
    """
    container = find_container(effect.container, situation.world)
    if container is None:
        return
    taken = locked(environments(effect.new_name))
    if taken:
        yield refuse(
            "LF052",
            f"container {container.name} would take the name {effect.new_name}",
            f"choose another name; make up ENV={taken[0]} makes the containers of {taken[0]}",
        )
    if locked_of(container) and (situation.by_hand or effect.change != "update"):
        yield from change_by_program(container)


def change_by_program(container: Container) -> Iterator[Decision]:
    """LF050, of one container."""
    names = locked_of(container)
    yield refuse(
        "LF050",
        f"container {container.name} would no longer be as {names[0]} is configured",
        f"change Pulumi.{names[0]}.yaml, then make up ENV={names[0]}",
        environments=names,
    )


def takes_volumes(container: Container, situation: Situation) -> bool:
    """Tell whether removing the container with its unnamed volumes could take what matters.

    LedgerFlow's own program removes what it runs once in this way, and containers that keep
    nothing; all they mount has a name, and stays. And it takes back a container that it could not
    start, which held nothing yet.
    """
    world = situation.world
    if not is_ours(container.name, container.labels):
        return bool(protected_mounts(container, world))
    if situation.by_hand:
        return True
    if container.status == NEVER_STARTED:
        return False
    unnamed = any(len(mount.volume) == ANONYMOUS_DIGITS for mount in container.mounts)
    return unnamed or bool(services(container) & STATEFUL)


def _killed(container: Container, world: World) -> Iterator[Decision]:
    names = locked_of(container)
    if names and container.running and is_stateful(container, world):
        yield ask_proof(
            "LF044",
            f"container {container.name} would be killed before it has written what it holds "
            f"(ledger_docker stop {container.name} lets it)",
            names,
            volumes=protected_mounts(container, world).values(),
        )
