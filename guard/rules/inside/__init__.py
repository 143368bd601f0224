"""What a command does in a container, read from its words: in shells, behind wrappers, in SQL."""

from collections.abc import Collection, Sequence
from typing import Final

from guard.rules.inside.finding import Finding

__all__ = ["Finding", "look"]


MOST: Final = 64 * 1024
"""Longer commands (in characters) are not read; nobody types one."""


def look(command: Sequence[str], places: Collection[str], folder: str = "") -> Finding:
    """Return the worst that ``command`` does to the data at ``places``, paths in the container.

    ``folder`` is the one that it starts in, empty when that is not known.
    """
    if not command or sum(map(len, command)) > MOST:
        return Finding.OTHER
    # most commands run nothing in a container, and begin sooner without all this
    from guard.rules.inside import programs  # noqa: PLC0415
    from guard.rules.inside.shell import programs as read  # noqa: PLC0415
    from guard.rules.inside.targets import Targets  # noqa: PLC0415

    return programs.judge_all(read(command), Targets.of(places, folder))
