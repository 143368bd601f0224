"""Which containers are an environment's own: by name and labels that agree with each other."""

from typing import Final

from guard.effects import CreateContainer
from guard.rules.objects import BACKUP, named
from guard.world import World
from infra.conventions import LABEL_ENVIRONMENT, LABEL_SERVICE, LABEL_STACK, container_name
from infra.kept_volumes import LABEL_OF

_ONCE: Final = "_run_"
"""In the names of containers that run a service's program once."""
_HELPERS: Final = ("_server", "_copying")
"""Ends of the names of containers that work on one volume: after its name."""


def own_environment(container: CreateContainer) -> str:
    """Return the environment whose own the container is; empty when name and labels disagree."""
    labels = dict(container.labels)
    environment = named(container.name)[0]
    service = labels.get(LABEL_SERVICE, "")
    if not environment or not service or labels.get(LABEL_ENVIRONMENT) != environment:
        return ""
    if labels.get(LABEL_STACK) not in (environment, f"{environment}-{BACKUP}"):
        return ""
    whole = container_name(environment, service)
    of_service = container.name == whole or container.name.startswith(f"{whole}{_ONCE}")
    return environment if of_service else ""


def is_backup(container: CreateContainer) -> bool:
    """Tell whether it is an environment's own container of the backup."""
    return bool(own_environment(container)) and dict(container.labels)[LABEL_SERVICE] == BACKUP


def helped_volume(container: CreateContainer, world: World) -> str:
    """Return the volume whose recreation or backup the container helps; else nothing.

    Such a container is named after the one volume it works on, which it mounts: the volume itself
    or one that was made of it.
    """
    for end in _HELPERS:
        worked_on = container.name.removesuffix(end)
        if worked_on != container.name and any(m.source == worked_on for m in container.mounts):
            found = world.volume(worked_on)
            return found.labels.get(LABEL_OF, worked_on) if found else ""
    return ""
