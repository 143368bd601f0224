"""LF023: containers tell whose they are."""

from collections.abc import Iterator

from infra import conventions
from policies.identity import own_environment
from policies.reading import hides, labels
from policies.view import Finding, Resource, Surroundings


def own_labels(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF023."""
    if hides(resource.props.get("labels")):
        return
    found = labels(resource)
    environment = own_environment(resource, around)
    if not found.get(conventions.LABEL_SERVICE):
        yield Finding("labels", f"the label {conventions.LABEL_SERVICE} is missing")
    for name in (conventions.LABEL_ENVIRONMENT, conventions.LABEL_STACK):
        if found.get(name) not in _allowed(name, environment, resource):
            yield Finding("labels", f"the label {name} does not name this stack's environment")


def _allowed(name: str, environment: str, resource: Resource) -> set[str]:
    """Return the values of a label; that of the stack may also be the stack's own name."""
    return {environment, resource.stack} if name == conventions.LABEL_STACK else {environment}
