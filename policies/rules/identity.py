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
        if found.get(name) not in (environment, _stack(name, resource)):
            yield Finding("labels", f"the label {name} does not name this stack's environment")


def _stack(name: str, resource: Resource) -> str | None:
    """Return the stack's own name, which the label of the stack may hold as well."""
    return resource.stack if name == conventions.LABEL_STACK else None
