"""What a command does in a container, read from its words: in shells, behind wrappers, in SQL."""

from collections.abc import Collection, Sequence

from guard.rules.inside import programs
from guard.rules.inside.finding import Finding
from guard.rules.inside.shell import programs as read
from guard.rules.inside.targets import Targets

__all__ = ["Finding", "look"]


def look(command: Sequence[str], places: Collection[str]) -> Finding:
    """Return the worst that ``command`` does to the data at ``places``, paths in the container."""
    if not command:
        return Finding.OTHER
    return programs.judge_all(read(command), Targets.of(places))
