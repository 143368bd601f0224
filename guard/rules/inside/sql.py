"""What SQL does to data, as far as its words tell: ``psql -c``, here-documents.

Statements are taken apart by PostgreSQL's lexical rules (comments, quotes, dollar quotes), so that
a word in a text is none of the language. https://www.postgresql.org/docs/17/sql-syntax-lexical.html
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from guard.rules.inside.finding import DESTROYS, HARMLESS, OTHER, Finding

_PIECE: Final = re.compile(
    r"""
    (?P<skip>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
  | (?P<text>[eE]?'(?:[^'\\]|''|\\.)*(?:'|\Z)|"(?:[^"]|"")*(?:"|\Z))
  | (?P<dollar>\$(?:[A-Za-z_]\w*)?\$)
  | (?P<meta>\\[^\n]*)
  | (?P<word>\w+)
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_WORD: Final = re.compile(r"\w+")
_TEXT: Final = "''"
"""Stands for a quoted text or name."""

_DROPPED: Final = frozenset(
    {"COLUMN", "DATABASE", "DOMAIN", "EXTENSION", "OWNED", "SCHEMA", "SEQUENCE", "TABLE",
     "TABLESPACE", "TYPE"}
)  # fmt: skip
"""What holds data; dropping anything else loses words that a migration writes again."""
_KEPT_PARTS: Final = frozenset({"CONSTRAINT", "DEFAULT", "EXPRESSION", "IDENTITY", "NOT"})
_READING: Final = frozenset({"SELECT", "SHOW", "TABLE", "VALUES", "EXPLAIN"})
_WRITING: Final = frozenset(
    {"INTO", "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "DROP", "ALTER", "CREATE", "GRANT",
     "ANALYZE", "CALL", "DO", "EXECUTE", "SETVAL", "NEXTVAL", "LO_UNLINK", "LO_CREATE", "LO_PUT",
     "LO_IMPORT", "LO_EXPORT", "LO_FROM_BYTEA", "LOWRITE", "LO_TRUNCATE", "QUERY_TO_XML",
     "SET_CONFIG"}
)  # fmt: skip
"""Words with which a statement that begins like a question changes something."""
_CALLING: Final = ("DBLINK", "PG_TERMINATE", "PG_CANCEL", "PG_PROMOTE", "PG_SWITCH", "PG_DROP",
                   "PG_LOGICAL", "PG_REPLICATION", "PG_RELOAD", "PG_FILE", "PG_WRITE")  # fmt: skip
_ALWAYS: Final = (("TRUE",), ("1", "=", "1"))
_SHOWING: Final = re.compile(
    r"\\(d\S*|l\+?|conninfo|x|timing|pset|q|echo|dn|du|z|sf|sv|encoding|\?|h)"
)


def judge(script: str) -> Finding:
    """Return the worst that a script's statements do."""
    worst = HARMLESS
    for statement in statements(script):
        worst = max(worst, _statement(statement))
    return worst


def statements(script: str) -> Iterator[list[str]]:
    """Return the words and signs of each statement, in upper case; texts stand as ``''``.

    What is in dollar quotes is taken apart by itself, as a code in a statement of its own.
    """
    current: list[str] = []
    at = 0
    while piece := _PIECE.match(script, at):
        at = piece.end()
        if piece["dollar"] is not None:
            end = script.find(piece["dollar"], at)
            body = script[at : end if end >= 0 else len(script)]
            at = len(script) if end < 0 else end + len(piece["dollar"])
            current += ["$$", *(word.upper() for word in _WORD.findall(body)), "$$"]
        elif piece["meta"] is not None:
            yield from filter(None, (current, [piece["meta"]]))
            current = []
        elif piece["sign"] == ";":
            yield current
            current = []
        elif piece["text"] is not None:
            current.append(_TEXT)
        elif piece["skip"] is None:
            current.append(piece[0].upper())
    yield current


def _statement(words: Sequence[str]) -> Finding:
    if not words:
        return HARMLESS
    if words[0].startswith("\\"):
        return HARMLESS if _SHOWING.fullmatch(words[0].split()[0]) else OTHER
    if any(_loses(words, place) for place in range(len(words))):
        return DESTROYS
    reading = words[0] in _READING and not _WRITING & set(words)
    called = any(word.startswith(_CALLING) for word in words)
    return HARMLESS if reading and not called else OTHER


def _loses(words: Sequence[str], place: int) -> bool:
    word, after = words[place], words[place + 1 :]
    following = after[0] if after else ""
    if word == "DROP":
        altering = words[0] == "ALTER" or "ALTER" in words[:place]
        return following in _DROPPED or (altering and following not in _KEPT_PARTS)
    if word == "TRUNCATE":
        begins = place == 0 or words[place - 1] in (
            "$$",
            "BEGIN",
            "THEN",
            "ELSE",
            "LOOP",
            "EXECUTE",
        )
        return begins or following == "TABLE"
    return word == "DELETE" and following == "FROM" and not _chooses(after)


def _chooses(after: Sequence[str]) -> bool:
    """Tell whether a DELETE has a condition, before the bracket closes in which it stands."""
    depth = 0
    for place, word in enumerate(after):
        depth += (word == "(") - (word == ")")
        if depth < 0:
            return False
        if word == "WHERE" and depth == 0:
            condition = tuple(after[place + 1 :])
            return condition not in _ALWAYS
    return False
