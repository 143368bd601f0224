"""Whose a resource is: its environment and its service, as it says itself in several places.

Where the places disagree, the stricter answer counts: a label ``dev`` must not take the rules of
production off a container of production.
"""

import re
from typing import Final

from infra import conventions
from policies.reading import labels, text
from policies.view import Resource, Surroundings

BACKUP_STACK: Final = "-backup"
"""End of the names of the stacks that keep an environment's backups."""
RELAXED: Final = "dev"

_NAMED: Final = re.compile(
    rf"{conventions.CONTAINER_PREFIX}_(?P<environment>[a-z0-9-]+)_(?P<rest>.+)"
)
_SLOT: Final = re.compile(r"[-_](blue|green)$")


def own_environment(resource: Resource, around: Surroundings) -> str:
    """Return the environment that the resource's stack stands for."""
    return around.environment or resource.stack.removesuffix(BACKUP_STACK)


def environment_in(name: object) -> str | None:
    """Return the environment that a name of ours tells (``ledger_dev_redis``), if it does."""
    found = _NAMED.fullmatch(text(name))
    return found["environment"] if found else None


def is_production(resource: Resource, around: Surroundings) -> bool:
    """Tell whether the rules of production apply.

    They do unless everything that names an environment names ``dev`` or a test's own.
    """
    return not all(map(_is_relaxed, _environments(resource, around)))


def services(resource: Resource) -> set[str]:
    """Return the names of services that the container goes by, a slot counting as its service."""
    named = _NAMED.fullmatch(text(resource.props.get("name")))
    told = {
        resource.name,
        labels(resource).get(conventions.LABEL_SERVICE, ""),
        named["rest"] if named else "",
    }
    return {_SLOT.sub("", name) for name in told if name}


def kinds(resource: Resource) -> set[str]:
    """Return what a volume may be, by its own name and by its resource's: ``db_data``."""
    named = _NAMED.fullmatch(text(resource.props.get("name")))
    return {resource.name} | ({named["rest"]} if named else set())


def _environments(resource: Resource, around: Surroundings) -> set[str]:
    told = {
        labels(resource).get(conventions.LABEL_ENVIRONMENT),
        environment_in(resource.props.get("name")),
    }
    return {own_environment(resource, around), *(name for name in told if name)}


def _is_relaxed(environment: str) -> bool:
    return environment == RELAXED or bool(conventions.TEST_ENVIRONMENT.fullmatch(environment))
