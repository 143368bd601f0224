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
    lexer = _Lexer(script)
    lexer.read()
    return lexer.found


def substitutions(text: str) -> list[str]:
    """Return the commands in a quoted text whose output the shell puts in their place."""
    found = text.split("`")[1::2]
    start, end = text.find("$("), text.rfind(")")
    if start >= 0:
        found.append(text[start + 2 : end if end > start else len(text)])
    return found


class _Lexer:
    """Reads a script from its beginning to its end."""

    def __init__(self, script: str) -> None:
        self.found: list[Token] = []
        self._script = script
        self._at = 0
        self._word: Word | None = None
        self._waiting: list[Word] = []
        """Here-documents that begin with the next line."""
        self._substituting = False
        """Between two backticks."""

    def read(self) -> None:
        """Read all of it; raise UnreadableError."""
        while self._at < len(self._script):
            if self._word is None and self._script[self._at] == "#":
                self._at = _line_end(self._script, self._at)
                continue
            piece = _PIECE.match(self._script, self._at)
            if piece is None:
                raise UnreadableError(f"a quote at {self._at} is not closed")
            self._at = piece.end()
            if piece["operator"] is not None:
                self._operator(piece["operator"])
            elif piece["space"] is not None:
                self._word = None
            elif piece["joint"] is None:
                _add(self._word or self._begun(), piece)
        self._fill()

    def _begun(self) -> Word:
        word = self._word = Word()
        if self.found and isinstance(self.found[-1], Operator) and self.found[-1].text in _HERE:
            self._waiting.append(word)
        self.found.append(word)
        return word

    def _operator(self, text: str) -> None:
        if text == "`":
            self._substituting = not self._substituting
            if self._substituting:  # what the command says is, or ends, a word
                word = self._word or self._begun()
                word.live = True
                word.pieces.append("$")
        self._word = None
        self.found.append(Operator(text))
        if text == "\n":
            self._fill()

    def _fill(self) -> None:
        """Put the here-documents that begin here in place of their delimiters."""
        for word in self._waiting:
            text = self._document(word.text)
            word.pieces = [text]
            word.live = not word.quoted and ("$" in text or "`" in text)
            word.scripts = [] if word.quoted else substitutions(text)
        self._waiting.clear()

    def _document(self, delimiter: str) -> str:
        lines: list[str] = []
        while self._at < len(self._script):
            end = _line_end(self._script, self._at)
            line = self._script[self._at : end]
            self._at = end + 1
            if line.strip("\t\r") == delimiter:
                break
            lines.append(line)
        return "\n".join(lines)


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


def _line_end(script: str, at: int) -> int:
    found = script.find("\n", at)
    return len(script) if found < 0 else found
