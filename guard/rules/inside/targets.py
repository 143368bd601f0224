"""Whether a path in a command is, holds or lies in a place whose data must not be lost."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from guard.rules.hostpaths import Parts, parts, related, within
from guard.rules.inside.shell import Program

_OPEN: Final = "$*?[{`"
"""Where a word begins to stand for several, or for what only the shell knows."""
_HERE: Final = frozenset({".", "..", "./", "../"})


@dataclass(frozen=True)
class Targets:
    """The places in a container at which data lies, and the folder that a program runs in."""

    places: tuple[Parts, ...]
    folder: str | None = None
    """None: not known; it may be any."""

    @classmethod
    def of(cls, paths: Collection[str]) -> "Targets":
        """Return the places of these mounts."""
        return cls(tuple(parts(path) for path in sorted(paths)))

    def entered(self, folder: str) -> "Targets":
        """Return what holds after ``cd folder``."""
        whole = folder if folder.startswith("/") or self.folder is None else self._whole(folder)
        return Targets(self.places, whole)

    def hit_by(self, word: str, *, recursive: bool) -> bool:
        """Tell whether a program that is given this path reaches the data.

        ``recursive`` programs reach what a folder holds. A word of which a part is not known
        reaches what it may stand for.
        """
        if not self.places or word.startswith("~"):
            return bool(self.places)
        cut = min((word.find(mark) for mark in _OPEN if mark in word), default=-1)
        known = word if cut < 0 else word[:cut].rpartition("/")[0] + "/"
        if not known.startswith("/") and cut < 0:
            return self._relative(known, recursive=recursive)
        if cut < 0:
            return self._exactly(known, recursive=recursive)
        if not word.startswith("/"):
            return self._open(word[:cut])
        return any(related(parts(known), place) for place in self.places)

    def names(self, program: Program) -> Iterator[str]:
        """Return the words that name one of the places or something in it."""
        return (word for word in program.words[1:] if self.mentioned(word))

    def mentioned(self, text: str) -> bool:
        """Tell whether a text has the path of one of the places in it."""
        return any("/" + "/".join(place) in text for place in self.places)

    def _whole(self, word: str) -> str:
        return f"{self.folder}/{word}"

    def _exactly(self, path: str, *, recursive: bool) -> bool:
        asked = parts(path)
        return any(
            within(asked, place) or (recursive and within(place, asked)) for place in self.places
        )

    def _relative(self, word: str, *, recursive: bool) -> bool:
        if self.folder is not None:
            return self.hit_by(self._whole(word), recursive=recursive)
        first = parts(word)[:1]
        if word in _HERE or word.startswith("..") or not first:
            return True
        return any(first[0] in place for place in self.places)

    def _open(self, known: str) -> bool:
        """Tell it of a relative word of which ``known`` is all that is known."""
        if self.folder is None or not self.folder.startswith("/"):
            return True
        return any(related(parts(self.folder), place) for place in self.places)


def operands(words: Sequence[str]) -> list[str]:
    """Return the arguments that are no options; after ``--`` all of them."""
    rest = list(words[1:])
    end = rest.index("--") if "--" in rest else len(rest)
    return [word for word in rest[:end] if not word.startswith("-") or word == "-"] + rest[
        end + 1 :
    ]
