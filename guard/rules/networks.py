"""LF042 and LF050: a locked environment's networks stay, and its containers stay on them."""

from collections.abc import Iterator

from guard.decision import Decision
from guard.effects import ChangeNetwork, PruneNetworks, RemoveNetwork
from guard.rules.objects import (
    environments,
    environments_of,
    find_container,
    locked,
    locked_of,
)
from guard.rules.situation import Situation, listed, refuse
from guard.rules.volumes import matches
from guard.world import Container, Network
from infra.conventions import LABEL_ENVIRONMENT, LABEL_STACK


def removal(effect: RemoveNetwork, situation: Situation) -> Iterator[Decision]:
    """LF050; LedgerFlow's own ``down`` removes networks, and the engine none that is in use."""
    network = situation.world.network(effect.network)
    if network is not None and situation.by_hand:
        for name in locked_of(network):
            yield refuse(
                "LF050",
                f"network {network.name} is the one on which {name} works",
                f"make down ENV={name} stops {name} and removes its networks",
                environments=(name,),
            )


def pruning(effect: PruneNetworks, situation: Situation) -> Iterator[Decision]:
    """LF042: the engine spares networks in use; those of a stopped environment are not."""
    found = {
        network.name: locked_of(network)
        for network in situation.world.networks()
        if locked_of(network) and matches(effect.filters, network.labels)
    }
    if not found:
        return
    running = {
        name
        for container in situation.world.containers()
        if container.running
        for name in environments_of(container)
    }
    gone = {network: names for network, names in found.items() if not set(names) & running}
    if gone:
        yield refuse(
            "LF042",
            f"a prune of networks would delete {listed(gone)}: its containers could not start",
            "ledger_docker network rm NAME for those that you mean",
            environments={name for names in gone.values() for name in names},
        )


def change(effect: ChangeNetwork, situation: Situation) -> Iterator[Decision]:
    """LF050: by hand nothing changes; LedgerFlow's program connects its own, and frees guests."""
    network = situation.world.network(effect.network)
    container = find_container(effect.container, situation.world)
    of_network = locked_of(network) if network else locked(environments(effect.network))
    of_container = locked_of(container) if container else locked(environments(effect.container))
    told = sorted({*of_network, *of_container})
    if not told or (not situation.by_hand and _by_program(effect, network, container)):
        return
    verb = "put on" if effect.connect else "taken off"
    yield refuse(
        "LF050",
        f"container {effect.container} would be {verb} network {effect.network} of {told[0]}",
        f"change Pulumi.{told[0]}.yaml, then make up ENV={told[0]}; make reconcile "
        f"ENV={told[0]} puts right what differs",
        environments=told,
    )


def _by_program(
    effect: ChangeNetwork, network: Network | None, container: Container | None
) -> bool:
    """Tell whether LedgerFlow's own program does this.

    It puts containers on the networks of their own environment, takes them off networks that no
    stack made (the default one too), and guests and strangers off its own.
    """
    if network is None or container is None:
        return False
    own = environments_of(container)
    if effect.connect:
        return set(locked_of(network)) <= own
    made = network.labels.get(LABEL_ENVIRONMENT)
    return made not in own or container.labels.get(LABEL_STACK) != made
