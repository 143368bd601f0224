"""From the words of a command to a decision about it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from guard.decision import ALLOWED, Decision, Verdict
from guard.effects import (
    CreateContainer,
    CreateVolume,
    Effect,
    Look,
    StartContainer,
    StartProject,
    StopContainer,
    StopProject,
)
from guard.grammar import Reading, read
from guard.records import dataclass
from infra.conventions import CONTAINER_PREFIX, is_environment

if TYPE_CHECKING:
    from guard.world import World

_GENTLE = (CreateContainer, CreateVolume, Look, StartContainer, StartProject, StopContainer)


@dataclass(frozen=True)
class Case:
    """A command that was judged: ``first`` is the rules' answer, ``decision`` the final one.

    They differ where a proof was needed. ``world`` is None for what only looks: nobody was asked.
    """

    reading: Reading
    decision: Decision
    first: Decision
    world: "World | None" = None

    @property
    def only_looks(self) -> bool:
        """Whether nothing is changed by it."""
        return all(isinstance(effect, Look) for effect in self.reading.effects)

    @property
    def is_gentle(self) -> bool:
        """Whether it destroys nothing, so that it may run even if it cannot be written down."""
        if self.first.verdict is not Verdict.ALLOW:
            return False
        return all(_is_gentle(effect) for effect in self.reading.effects)


def decide(
    words: Sequence[str],
    variables: Mapping[str, str],
    world: Callable[[Reading], "World"],
    aliases: Callable[[str | None], Mapping[str, str]],
    more: Callable[[Reading, "World"], Sequence[Effect]] | None = None,
) -> Case:
    """Read and judge a command; ``world`` is asked for when it does more than look.

    ``more`` gives effects that the words do not say.
    """
    reading = read(words, variables, aliases)
    if all(isinstance(effect, Look) for effect in reading.effects):
        found = Decision(Verdict.ALLOW, environments=environments(words)) if words else ALLOWED
        return Case(reading, found, found)
    from guard.rules import judge, settle  # noqa: PLC0415 - what only looks needs no rules

    asked = world(reading)
    first = judge((*reading.effects, *(more(reading, asked) if more else ())), asked)
    return Case(reading, settle(first, asked), first, asked)


def environments(words: Sequence[str]) -> tuple[str, ...]:
    """Return the environments whose objects are named in the words, for the record."""
    found = set()
    for word in words:
        for part in word.split(f"{CONTAINER_PREFIX}_")[1:]:
            name = part.partition("_")[0]
            if is_environment(name):
                found.add(name)
    return tuple(sorted(found))


def _is_gentle(effect: Effect) -> bool:
    if isinstance(effect, StopProject):
        return not effect.volumes and not effect.images
    return isinstance(effect, _GENTLE)
