"""Whether a path in a command is, holds or lies in a place whose data must not be lost."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from guard.records import dataclass
from guard.rules.inside.shell import Program
from guard.rules.paths import Parts, parts, within

_OPEN: Final = "$*?[{`"
"""Where a word begins to stand for several, or for what only the shell knows."""


@dataclass(frozen=True)
class Targets:
    """The places in a container at which data lies, and the folder that a program runs in."""

    places: tuple[Parts, ...]
    folder: str = ""
    """Empty when it is not known: it may be any."""

    @classmethod
    def of(cls, paths: Collection[str], folder: str = "") -> "Targets":
        """Return the places of these mounts."""
        return cls(tuple(parts(path) for path in sorted(paths)), folder)

    def entered(self, folder: str) -> "Targets":
        """Return what holds after ``cd folder``."""
        return Targets(self.places, self._whole(folder))

    def hit_by(self, word: str, *, recursive: bool) -> bool:
        """Tell whether a program that is given this path reaches the data.

        ``recursive`` programs reach what a folder holds. A word of which a part is not known
        reaches whatever it may stand for.
        """
        whole = self._whole(word)
        cut = min((whole.find(mark) for mark in _OPEN if mark in whole), default=len(whole))
        known = whole[:cut]
        if not known.startswith("/"):
            return any(self._relative(known, place) for place in self.places)
        if cut == len(whole):
            return any(_reaches(parts(known), place, recursive) for place in self.places)
        folder, _, begun = known.rpartition("/")
        return any(_may_reach(parts(folder), begun, place) for place in self.places)

    def names(self, program: Program) -> Iterator[str]:
        """Return the words that name one of the places or something in it."""
        return (word for word in program.words[1:] if self.mentioned(word))

    def mentioned(self, text: str) -> bool:
        """Tell whether a text has the path of one of the places in it."""
        return any("/" + "/".join(place) in text for place in self.places)

    def _whole(self, word: str) -> str:
        elsewhere = word.startswith(("/", "~", "$", "`"))  # what is not known may be a whole path
        return word if elsewhere or not self.folder else f"{self.folder}/{word}"

    @staticmethod
    def _relative(known: str, place: Parts) -> bool:
        """Tell it of a word whose folder is not known: may it be one from which it reaches?"""
        first = known.partition("/")[0]
        if first in (".", "..") or first.startswith("~"):
            return True
        return any(component.startswith(first) for component in place)


def operands(words: Sequence[str]) -> list[str]:
    """Return the arguments that are no options; after ``--`` all of them."""
    rest = list(words[1:])
    end = rest.index("--") if "--" in rest else len(rest)
    return [word for word in rest[:end] if not word.startswith("-") or word == "-"] + rest[
        end + 1 :
    ]


def _reaches(asked: Parts, place: Parts, recursive: bool) -> bool:
    return within(asked, place) or (recursive and within(place, asked))


def _may_reach(folder: Parts, begun: str, place: Parts) -> bool:
    """Tell it of a word that begins with a name in ``folder`` and may go on in any way."""
    if within(folder, place):
        return True
    return within(place, folder) and place[len(folder)].startswith(begun)
