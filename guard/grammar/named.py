"""Words that may name an object, of a command that is not understood."""

from collections.abc import Iterable
from typing import Final

BETWEEN: Final = str.maketrans(dict.fromkeys(",:=", " "))
"""What divides a value that is made of several."""


def named(words: Iterable[str]) -> tuple[str, ...]:
    """Return words, values of flags, and the pieces of both, each once."""
    found: dict[str, None] = {}
    for word in words:
        bare = word
        if word.startswith("-"):
            _, _, bare = word.partition("=")
            # a short flag's value may follow it without a space: -vname:/path, -fname
            pieces = [word[2:], *word[2:].translate(BETWEEN).split()] if word[1:2] != "-" else []
            found |= dict.fromkeys(filter(None, pieces))
        found |= dict.fromkeys(filter(None, [bare, *bare.translate(BETWEEN).split()]))
    return tuple(found)
