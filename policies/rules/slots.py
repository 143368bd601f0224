"""LF032 to LF034: the two slots of the application, and the one that serves."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from infra import conventions
from policies import identity
from policies.reading import blocks, hides, labels, text
from policies.view import CONTAINER, Finding, Resource, Surroundings

PROXY: Final = "caddy"
APPLICATION: Final = "django"
_CONFIGURATION: Final = PurePosixPath("/etc/caddy")
_UPSTREAM: Final = re.compile(rf"(?<![\w.-])(?P<service>{APPLICATION}[\w-]*):\d+")


def one_container_per_service(
    resources: Sequence[Resource], around: Surroundings
) -> Iterator[tuple[Resource, Finding]]:
    """LF032."""
    containers = [resource for resource in resources if resource.type == CONTAINER]
    for path, told in (("labels", _service), ("name", _name)):
        uses: Counter[str | None] = Counter(filter(None, map(told, containers)))
        for resource in containers:
            if uses[told(resource)] > 1:
                yield resource, Finding(path, "another container of the stack has the same one")


def one_active_slot(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF033."""
    if PROXY not in identity.services(resource) or hides(resource.props.get("uploads")):
        return
    count = len(_upstreams(resource))
    if count != 1:
        yield Finding("uploads", f"{count} containers of the application are named, not one")


def active_slot_exists(
    resources: Sequence[Resource], around: Surroundings
) -> Iterator[tuple[Resource, Finding]]:
    """LF034."""
    containers = [resource for resource in resources if resource.type == CONTAINER]
    if any(hides(container.props.get("labels")) for container in containers):
        return
    present = set(map(_service, containers))
    for resource in containers:
        if PROXY in identity.services(resource) and _upstreams(resource) - present:
            yield resource, Finding("uploads", "the container that it names is not in the stack")


def _service(container: Resource) -> str | None:
    return labels(container).get(conventions.LABEL_SERVICE)


def _name(container: Resource) -> str | None:
    return text(container.props.get("name"))


def _upstreams(resource: Resource) -> set[str]:
    """Return the containers of the application that the proxy's configuration names."""
    return {
        found["service"]
        for _, block in blocks(resource, "uploads")
        if PurePosixPath(text(block.get("file"))).is_relative_to(_CONFIGURATION)
        for found in _UPSTREAM.finditer(text(block.get("content")))
    }
