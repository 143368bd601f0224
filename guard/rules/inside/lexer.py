"""A shell script as words and operators, with what is quoted told apart from what is not.

``shlex`` of the standard library forgets which operators were quoted, ends a word at a ``#`` within
it and knows no here-documents. One pass, one match at a time; nothing is matched twice.
https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html
"""

import re
from dataclasses import dataclass, field
from typing import Final


class UnreadableError(Exception):
    """A quote is not closed: the shell would refuse the script, or ask for more."""


@dataclass
class Word:
    """A word; ``live``: part of it is known to the shell alone (a variable, what a command says).

    ``scripts`` are the commands whose output is part of it.
    """

    text: str = ""
    live: bool = False
    quoted: bool = False
    scripts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Operator:
    """What separates commands, or leads to or from a file; a new line is ``\\n``."""

    text: str


Token = Word | Operator

_PIECE: Final = re.compile(
    r"""
    (?P<space>[ \t\r]+|\\\n)
  | (?P<operator>\n|&&|\|\||&>>|&>|<<<|<<-|<<|>>|>\||>&|<&|<>|\|&|;;|[&|;<>()`])
  | '(?P<single>[^']*)'
  | \$'(?P<ansi>(?:[^'\\]|\\.)*)'
  | \$?"(?P<double>(?:[^"\\]|\\.)*)"
  | \\(?P<escaped>.)
  | (?P<plain>[^\s;&|<>()'"\\$`\#]+|[$\#\f\v])
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
            at = _end(script, "\n", at)
            continue
        piece = _PIECE.match(script, at)
        if piece is None:
            raise UnreadableError(script[at:])
        at = piece.end()
        if piece["space"] is not None:
            word = None
        elif piece["operator"] is not None:
            word = None
            found.append(Operator(piece["operator"]))
            if piece["operator"] == "\n" and waiting:
                at = _fill(waiting, script, at)
        else:
            if word is None:
                word = Word()
                if found and isinstance(found[-1], Operator) and found[-1].text in _HERE:
                    waiting.append(word)
                found.append(word)
            _add(word, piece)
    _fill(waiting, script, at)
    return found


def _add(word: Word, piece: re.Match[str]) -> None:
    if piece["double"] is not None:
        text = piece["double"]
        word.live = word.live or "$" in text or "`" in text
        word.scripts += substitutions(text)
        word.text += _ESCAPES.sub(r"\1", text)
        word.quoted = True
    elif piece["ansi"] is not None:
        word.text += piece["ansi"].encode("latin-1", "replace").decode("unicode_escape", "replace")
        word.quoted = True
    elif piece["plain"] is not None:
        word.live = word.live or piece["plain"] == "$"
        word.text += piece["plain"]
    else:
        word.text += piece["single"] if piece["escaped"] is None else piece["escaped"]
        word.quoted = True


def substitutions(text: str) -> list[str]:
    """Return the commands in a quoted text whose output the shell puts in their place."""
    pieces = text.split("`")[1::2]
    start = text.find("$(")
    if start >= 0:
        pieces.append(text[start + 2 : max(text.rfind(")"), start + 2)])
    return pieces


def _fill(waiting: list[Word], script: str, at: int) -> int:
    """Put the here-documents that begin at ``at`` in place of their delimiters."""
    for word in waiting:
        lines: list[str] = []
        delimiter = word.text
        while at < len(script):
            end = _end(script, "\n", at)
            line, at = script[at:end], end + 1
            if line.strip("\t\r") == delimiter:
                break
            lines.append(line)
        word.text = "\n".join(lines)
        word.live = word.live or (not word.quoted and ("$" in word.text or "`" in word.text))
    waiting.clear()
    return min(at, len(script))


def _end(script: str, mark: str, at: int) -> int:
    found = script.find(mark, at)
    return len(script) if found < 0 else found
