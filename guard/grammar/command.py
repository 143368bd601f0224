"""One command as the readers of verbs get it."""

from collections.abc import Callable, Iterable, Mapping

from guard.effects import Effect
from guard.grammar.flags import Parsed
from guard.records import dataclass


@dataclass(frozen=True)
class Command:
    """A verb with its flags and words, and what the command line says around it."""

    verb: str
    line: Parsed
    variables: Mapping[str, str]
    project: str = ""
    files: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are no flags."""
        return self.line.words


Reader = Callable[[Command], Iterable[Effect]]
"""Tells what a verb does."""
