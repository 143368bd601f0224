"""A request on its way through the table of routes."""

from collections.abc import Callable
from dataclasses import dataclass

from guard.authz.requests.go_json import Fields, read_structure
from guard.authz.requests.target import Target
from guard.effects import Effect, Look


@dataclass(frozen=True)
class Asked:
    """Where a request goes, and its body; ``name`` is the object in its path."""

    target: Target
    name: str
    body: bytes | None

    def structure(self, what: str) -> Fields:
        """Return the body as a structure; raise UnreadableError when it cannot be read."""
        return read_structure(self.body, what)


Reader = Callable[[Asked], tuple[Effect, ...]]
"""From a request to what it would do; raises UnreadableError."""


def look(_: Asked) -> tuple[Effect, ...]:
    """Nothing that is judged."""
    return (Look(),)
