"""Volumes and networks."""

from collections.abc import Iterator, Mapping
from typing import Final

from guard.effects import (
    ChangeNetwork,
    ChangeSwarm,
    CreateVolume,
    Effect,
    PruneNetworks,
    PruneVolumes,
    RemoveNetwork,
    RemoveVolume,
)
from guard.grammar.command import Command, Reader
from guard.grammar.values import filters, means_all, one_filter, pairs


def remove_volume(command: Command) -> Iterator[Effect]:
    """``volume rm``."""
    return (RemoveVolume(volume, force=command.line.on("force")) for volume in command.words)


def prune_volumes(command: Command) -> Iterator[Effect]:
    """``volume prune``; since engine 23 named volumes go with ``--all`` only."""
    chosen = filters(command.line.all("filter"))
    every, others = one_filter("all", chosen)
    yield PruneVolumes(command.line.on("all") or means_all(every), others)


def create_volume(command: Command) -> Iterator[Effect]:
    """``volume create``."""
    line = command.line
    options = dict(pairs(line.all("opt")))
    yield CreateVolume(
        command.words[0] if command.words else line.last("name"),
        pairs(line.all("label")),
        line.last("driver") or "local",
        options.get("device"),
    )


def update_volume(command: Command) -> Iterator[Effect]:
    """``volume update`` of a swarm's volumes."""
    return (ChangeSwarm("volume update", volume) for volume in command.words)


def remove_network(command: Command) -> Iterator[Effect]:
    """``network rm``."""
    return (RemoveNetwork(network) for network in command.words)


def prune_networks(command: Command) -> Iterator[Effect]:
    """``network prune``."""
    yield PruneNetworks(filters(command.line.all("filter")))


def change_network(command: Command) -> Iterator[Effect]:
    """``network connect`` and ``network disconnect``."""
    network, *containers = command.words or ("",)
    connect = command.verb == "network connect"
    return (ChangeNetwork(network, container, connect) for container in containers)


READERS: Final[Mapping[str, Reader]] = {
    "volume rm": remove_volume,
    "volume prune": prune_volumes,
    "volume create": create_volume,
    "volume update": update_volume,
    "network rm": remove_network,
    "network prune": prune_networks,
    "network connect": change_network,
    "network disconnect": change_network,
}
