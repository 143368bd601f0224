"""What SQL does to data, as far as its words tell: ``psql -c``, here-documents.

Scripts are taken apart by the lexical rules of PostgreSQL and psql (comments, quotes, dollar
quotes, commands with a backslash), so that a word in a text is none of the language.
https://www.postgresql.org/docs/17/sql-syntax-lexical.html
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from guard.rules.inside.finding import DESTROYS, HARMLESS, OTHER, Finding

_PIECE: Final = re.compile(
    r"""
    (?P<skip>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
  | [eE]'(?P<escaping>(?:[^'\\]|''|\\.)*)(?:'|\Z|\\\Z)
  | '(?P<text>(?:[^']|'')*)(?:'|\Z)
  | (?P<name>"(?:[^"]|"")*(?:"|\Z))
  | (?P<dollar>\$(?:[A-Za-z_]\w*)?\$)
  | (?P<end>;|\\;)
  | (?P<meta>\\[A-Za-z!?][^\n\\]*)
  | (?P<word>\w+)
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
DEPTH: Final = 4
"""So many texts in one another are taken for SQL, and no more."""
_TEXT: Final = "''"
"""Stands for a quoted text or name."""

_DROPPED: Final = frozenset(
    {"COLUMN", "DATABASE", "DOMAIN", "EXTENSION", "OWNED", "SCHEMA", "SEQUENCE", "TABLE",
     "TABLESPACE", "TYPE"}
)  # fmt: skip
"""What holds data; dropping anything else loses words that a migration writes again."""
_KEPT_PARTS: Final = frozenset({"CONSTRAINT", "DEFAULT", "EXPRESSION", "IDENTITY", "NOT"})
_BEGINNING: Final = frozenset({"BEGIN", "THEN", "ELSE", "LOOP", "EXECUTE", "AS"})
"""Words after which a statement may begin in a code block."""
_READING: Final = frozenset({"SELECT", "SHOW", "TABLE", "VALUES", "EXPLAIN"})
_WRITING: Final = frozenset(
    {"ALTER", "ANALYZE", "CALL", "CREATE", "DELETE", "DO", "DROP", "EXECUTE", "GRANT", "INSERT",
     "INTO", "LOWRITE", "MERGE", "NEXTVAL", "QUERY_TO_XML", "SETVAL", "SET_CONFIG", "TRUNCATE",
     "UPDATE"}
)  # fmt: skip
"""Words with which a statement that begins like a question changes something."""
_CALLING: Final = (
    "DBLINK", "LO_", "PG_CANCEL", "PG_DROP", "PG_FILE", "PG_LOGICAL", "PG_PROMOTE", "PG_RELOAD",
    "PG_REPLICATION", "PG_SWITCH", "PG_TERMINATE", "PG_WRITE",
)  # fmt: skip
"""Beginnings of the names of functions that do more than answer."""
_ALWAYS: Final = (("TRUE",), ("1", "=", "1"))
_SHOWING: Final = re.compile(
    r"\\(d\S*|l\+?|conninfo|x|timing|pset|q|echo|z|sf|sv|encoding|\?|h|a|t)"
)


def judge(script: str) -> Finding:
    """Return the worst that a script's statements do."""
    return max((_statement(words) for words in statements(script)), default=HARMLESS)


def statements(script: str, depth: int = DEPTH, *, code: bool = False) -> Iterator[list[str]]:
    """Return the words and signs of each statement, in upper case; texts stand as ``''``.

    What stands in dollar quotes, and in a code block in any quotes, follows as statements.
    """
    current: list[str] = []
    inner: list[tuple[str, bool]] = []
    at = 0
    while piece := _PIECE.match(script, at):
        at = piece.end()
        kind = piece.lastgroup
        if kind == "end":
            yield current
            current = []
        elif kind == "meta":
            yield from (current, [piece[0]])
            current = []
        elif kind == "dollar":
            end = script.find(piece[0], at)
            inner.append((script[at:] if end < 0 else script[at:end], True))
            at = len(script) if end < 0 else end + len(piece[0])
            current.append(_TEXT)
        elif kind in ("text", "escaping", "name"):
            inner.append((piece[kind], False))
            current.append(_TEXT)
        elif kind != "skip":
            current.append(piece[0].upper())
    yield current
    for text, is_block in inner:
        if depth == 0 and is_block:
            yield [_TEXT]
        elif is_block or code:
            yield from statements(text, depth - 1, code=True)


def _statement(words: Sequence[str]) -> Finding:
    if not words:
        return HARMLESS
    if words[0].startswith("\\") and len(words[0]) > 1:
        return HARMLESS if _SHOWING.fullmatch(words[0].split()[0]) else OTHER
    if _drops(words) or _truncates(words) or _deletes(words):
        return DESTROYS
    reading = words[0] in _READING and not _WRITING & set(words)
    called = any(word.startswith(_CALLING) for word in words)
    return HARMLESS if reading and not called else OTHER


def _drops(words: Sequence[str]) -> bool:
    altering = False
    for word, following in zip(words, (*words[1:], ""), strict=True):
        altering = altering or word == "ALTER"
        if word != "DROP":
            continue
        if following in _DROPPED or (altering and following not in _KEPT_PARTS):
            return True
    return False


def _truncates(words: Sequence[str]) -> bool:
    for before, word, following in zip(("BEGIN", *words), words, (*words[1:], ""), strict=False):
        if word == "TRUNCATE" and (before in _BEGINNING or following == "TABLE"):
            return True
    return False


def _deletes(words: Sequence[str]) -> bool:
    """Tell whether a DELETE has no condition, up to the bracket's end in which it stands."""
    waiting = [False]
    for place, word in enumerate(words):
        if word == "(":
            waiting.append(False)
        elif word == ")":
            if waiting.pop():
                return True
            waiting = waiting or [False]
        elif word == "DELETE" and tuple(words[place + 1 : place + 2]) == ("FROM",):
            if waiting[-1]:
                return True
            waiting[-1] = True
        elif word == "WHERE" and tuple(words[place + 1 : place + 5]) not in _ALWAYS:
            waiting[-1] = False
    return any(waiting)
