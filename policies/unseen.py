"""What rules could not look at: inputs that are unknown before an update, or encrypted.

A rule decides on the rest; that it left something out must be said. In an update Pulumi asks the
same rules again, with everything known and in clear, before it touches the resource.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from policies.table import RESOURCE_RULES
from policies.view import Hidden, Resource

JUDGED: Final = frozenset().union(*(entry.types for entry in RESOURCE_RULES))
"""Types of resources that rules look at."""


@dataclass(frozen=True, order=True)
class Unseen:
    """One input of which something was not looked at."""

    resource: str
    path: str
    why: str
    """``unknown`` or ``secret``."""


def unseen(resources: Sequence[Resource]) -> list[Unseen]:
    """Return the inputs, by the names of the resources and their own."""
    return sorted(
        {
            Unseen(resource.name, key, hidden.name.lower())
            for resource in resources
            if resource.type in JUDGED
            for key, value in resource.props.items()
            for hidden in _hidden(value)
        }
    )


def summary(found: Sequence[Unseen]) -> str:
    """Return one line for people."""
    inputs = ", ".join(f"{one.resource} {one.path} ({one.why})" for one in found)
    return f"not looked at before an update, which asks the rules again: {inputs}"


def _hidden(value: object) -> Iterator[Hidden]:
    if isinstance(value, Hidden):
        yield value
    elif isinstance(value, Mapping):
        yield from _hidden(list(value.values()))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _hidden(inner)
