"""A shell script as words and operators, with what is quoted told apart from what is not.

``shlex`` of the standard library forgets which operators were quoted, ends a word at a ``#`` within
it and knows no here-documents. One pass, one match at a time; nothing is matched twice.
https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html
"""

import re
from typing import Final

from guard.records import dataclass


class UnreadableError(Exception):
    """A quote is not closed: the shell would refuse the script, or ask for more."""


class Word:
    """A word; ``live``: part of it is known to the shell alone (a variable, what a command says).

    ``scripts`` are the commands whose output is part of it.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.pieces: list[str] = []
        self.live = False
        self.quoted = False
        self.scripts: list[str] = []

    @property
    def text(self) -> str:
        """The word without its quotes."""
        return "".join(self.pieces)


@dataclass(frozen=True)
class Operator:
    """What separates commands, or leads to or from a file; a new line is ``\\n``."""

    text: str


Token = Word | Operator

_PIECE: Final = re.compile(
    r"""
    (?P<space>[ \t\r]+)
  | (?P<joint>\\\n)
  | (?P<operator>\n|&&|\|\||&>>|&>|<<<|<<-|<<|>>|>\||>&|<&|<>|\|&|;;|[&|;<>()`])
  | '(?P<single>[^']*)'
  | \$'(?P<ansi>(?:[^'\\]|\\.)*)'
  | \$?"(?P<double>(?:[^"\\]|\\.)*)"
  | \\(?P<escaped>.)
  | (?P<plain>[^ \t\r\n;&|<>()'"\\$`]+|\$)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES: Final = re.compile(r"\\([\"$`\\\n])")
_HERE: Final = ("<<", "<<-")


def tokens(script: str) -> list[Token]:
    """Return the tokens; a here-document stands as one word after its operator.

    Raises UnreadableError.
    """
    found: list[Token] = []
    word: Word | None = None
    waiting: list[Word] = []
    at = 0
    while at < len(script):
        if word is None and script[at] == "#":
            at = _line_end(script, at)
            continue
        piece = _PIECE.match(script, at)
        if piece is None:
            raise UnreadableError(f"a quote at {at} is not closed")
        at = piece.end()
        if piece["space"] is not None:
            word = None
        elif piece["operator"] is not None:
            word = None
            found.append(Operator(piece["operator"]))
            if piece["operator"] == "\n":
                at = _fill(waiting, script, at)
        elif piece["joint"] is None:
            if word is None:
                word = Word()
                if found and isinstance(found[-1], Operator) and found[-1].text in _HERE:
                    waiting.append(word)
                found.append(word)
            _add(word, piece)
    _fill(waiting, script, at)
    return found


def substitutions(text: str) -> list[str]:
    """Return the commands in a quoted text whose output the shell puts in their place."""
    found = text.split("`")[1::2]
    start, end = text.find("$("), text.rfind(")")
    if start >= 0:
        found.append(text[start + 2 : end if end > start else len(text)])
    return found


def _add(word: Word, piece: re.Match[str]) -> None:
    if piece["plain"] is not None:
        word.live = word.live or piece["plain"] == "$"
        word.pieces.append(piece["plain"])
        return
    word.quoted = True
    if piece["double"] is not None:
        text = piece["double"]
        word.live = word.live or "$" in text or "`" in text
        word.scripts += substitutions(text)
        word.pieces.append(_ESCAPES.sub(r"\1", text))
    elif piece["ansi"] is not None:
        octets = piece["ansi"].encode("latin-1", "replace")
        word.pieces.append(octets.decode("unicode_escape", "replace"))
    else:
        word.pieces.append(piece["single"] if piece["escaped"] is None else piece["escaped"])


def _fill(waiting: list[Word], script: str, at: int) -> int:
    """Put the here-documents that begin at ``at`` in place of their delimiters; return the end."""
    for word in waiting:
        lines: list[str] = []
        delimiter = word.text
        while at < len(script):
            end = _line_end(script, at)
            line, at = script[at:end], min(end + 1, len(script))
            if line.strip("\t\r") == delimiter:
                break
            lines.append(line)
        word.pieces = ["\n".join(lines)]
        word.live = not word.quoted and ("$" in word.text or "`" in word.text)
    waiting.clear()
    return at


def _line_end(script: str, at: int) -> int:
    found = script.find("\n", at)
    return len(script) if found < 0 else found
