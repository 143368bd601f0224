"""What is understood of one command line."""

from typing import Literal

from guard.effects import Effect
from guard.records import dataclass

Program = Literal["docker", "docker-compose"]


@dataclass(frozen=True)
class Reading:
    """A command line, read.

    ``host`` and ``context`` say which daemon is meant, at most one of them, as docker itself
    chooses; without either it is the one of the configuration. ``files`` and ``project`` are
    compose's. ``problem`` is the first thing that docker would not take or the tables do not know.
    """

    effects: tuple[Effect, ...]
    program: Program = "docker"
    host: str | None = None
    context: str | None = None
    config: str | None = None
    verb: tuple[str, ...] = ()
    project: str = ""
    files: tuple[str, ...] = ()
    problem: str | None = None
