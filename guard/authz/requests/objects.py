"""Requests about volumes, images, networks, plugins and the swarm, as effects."""

from guard import effects
from guard.authz.requests import creation
from guard.authz.requests.asked import Asked, Reader
from guard.authz.requests.filters import every_image, every_volume, prune_filters
from guard.effects import Effect


def volume_created(asked: Asked) -> tuple[Effect, ...]:
    """``POST /volumes/create``."""
    return creation.volume(asked.structure("the volume's description"))


def volume_removed(asked: Asked) -> tuple[Effect, ...]:
    """``DELETE /volumes/…``."""
    return (effects.RemoveVolume(asked.name, asked.target.yes("force")),)


def volumes_pruned(asked: Asked) -> tuple[Effect, ...]:
    """``POST /volumes/prune``."""
    filters = prune_filters(asked.target)
    every = every_volume(asked.target, filters)
    return (effects.PruneVolumes(every, tuple(pair for pair in filters if pair[0] != "all")),)


def image_removed(asked: Asked) -> tuple[Effect, ...]:
    """``DELETE /images/…``."""
    return (effects.RemoveImage(asked.name, asked.target.yes("force")),)


def images_pruned(asked: Asked) -> tuple[Effect, ...]:
    """``POST /images/prune``."""
    filters = prune_filters(asked.target)
    kept = tuple(pair for pair in filters if pair[0] != "dangling")
    return (effects.PruneImages(every_image(filters), kept),)


def network_removed(asked: Asked) -> tuple[Effect, ...]:
    """``DELETE /networks/…``."""
    return (effects.RemoveNetwork(asked.name),)


def networks_pruned(asked: Asked) -> tuple[Effect, ...]:
    """``POST /networks/prune``."""
    return (effects.PruneNetworks(prune_filters(asked.target)),)


def network_joined(asked: Asked) -> tuple[Effect, ...]:
    """``connect``."""
    container = asked.structure("what to connect").text("Container")
    return (effects.ChangeNetwork(asked.name, container, connect=True),)


def network_left(asked: Asked) -> tuple[Effect, ...]:
    """``disconnect``."""
    container = asked.structure("what to disconnect").text("Container")
    return (effects.ChangeNetwork(asked.name, container, connect=False),)


def plugin(change: str) -> Reader:
    """Return the reader of one change of a plugin."""
    return lambda asked: (effects.ChangePlugin(asked.name or asked.target.text("name"), change),)


def swarm(change: str) -> Reader:
    """Return the reader of one change of the swarm."""
    return lambda asked: (effects.ChangeSwarm(change, asked.name),)


def service_made(asked: Asked) -> tuple[Effect, ...]:
    """A swarm's service is created or updated: its tasks are containers."""
    body = asked.structure("the service's description")
    change = "service update" if asked.name else "service create"
    name = asked.name or body.text("Name")
    return effects.ChangeSwarm(change, name), *creation.service(body)
