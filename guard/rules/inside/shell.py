"""From a command as the daemon is given it to the programs that it runs, one by one."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from guard.records import dataclass, replace
from guard.rules.inside.lexer import Operator, Token, UnreadableError, Word, tokens
from guard.rules.inside.wrappers import SHELLS, inner, script_of

DEPTH: Final = 16
"""So many shells and wrappers in one another are read, and no more."""


@dataclass(frozen=True)
class Program:
    """One program with its arguments, as far as they are known before it runs."""

    words: tuple[str, ...]
    live: frozenset[int] = frozenset()
    """Numbers of the words of which a part is known to the shell alone."""
    writes: tuple[str, ...] = ()
    """Files that its output goes to."""
    given: str | None = None
    """What it reads from its standard input; None when that is not known."""
    unsure: bool = False
    """Of what it reads, a part is known to the shell alone, or all of it to a file."""
    hidden: bool = False
    """Nobody can tell before what is run."""

    @property
    def name(self) -> str:
        """The program's name without its folder."""
        return self.words[0].rpartition("/")[2] if self.words else ""


HIDDEN: Final = Program(("?",), hidden=True)
"""What cannot be read: too deep, no script that is known, or a quote that is not closed."""

_SEPARATORS: Final = frozenset({"\n", ";", ";;", "&", "&&", "||", "(", ")", "`"})
_PIPES: Final = frozenset({"|", "|&"})
_OUT: Final = frozenset({">", ">>", ">|", "&>", "&>>", ">&", "<>"})
_HERE: Final = frozenset({"<<", "<<-", "<<<"})
_STREAMS: Final = frozenset({"-", *"0123456789"})
_RESERVED: Final = frozenset(
    {"if", "then", "elif", "else", "do", "while", "until", "!", "{", "}", "fi", "done", "esac"}
)
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_ACCOUNTS: Final = frozenset({"su", "runuser"})
_SAYING: Final = frozenset({"echo", "printf"})


def programs(command: Sequence[str], depth: int = DEPTH) -> list[Program]:
    """Return the programs that a command runs, those in shells and behind wrappers included."""
    return list(_unwrapped(Program(tuple(command)), depth))


def _unwrapped(program: Program, depth: int) -> Iterator[Program]:
    if depth == 0:
        yield HIDDEN
        return
    script = script_of(program.words) if program.name in SHELLS | _ACCOUNTS else None
    if program.name in SHELLS and script is None:
        script = program.given
    if script is not None:
        yield from _script(script, depth - 1)
        return
    if program.name in SHELLS or program.name == "su":
        yield HIDDEN
        return
    wrapped = inner(program.words)
    if isinstance(wrapped, str):
        yield from _script(wrapped, depth - 1)
    elif wrapped:
        skipped = len(program.words) - len(wrapped)
        live = frozenset(n - skipped for n in program.live if n >= skipped)
        if program.name in ("xargs", "parallel"):
            wrapped, live = (*wrapped, "$"), live | {len(wrapped)}
        yield from _unwrapped(replace(program, words=wrapped, live=live), depth - 1)
    else:
        yield program


def _script(script: str, depth: int) -> Iterator[Program]:
    try:
        found = tokens(script) if depth > 0 else None
    except UnreadableError:
        found = None
    if found is None:
        yield HIDDEN
        return
    for word in found:
        for inner_script in word.scripts if isinstance(word, Word) else ():
            yield from _script(inner_script, depth - 1)
    for program in _simple(found):
        yield from _unwrapped(program, depth)


def _simple(found: Sequence[Token]) -> Iterator[Program]:
    """Return the simple commands of a script in their order."""
    before: Program | None = None
    piped = False
    for command, end in _split(found):
        program = _program(command)
        if program is None:
            continue
        if piped and program.given is None and not program.unsure:
            program = replace(program, given=_said(before))
        yield program
        before, piped = program, end in _PIPES


def _split(found: Sequence[Token]) -> Iterator[tuple[list[Token], str]]:
    command: list[Token] = []
    for token in found:
        if isinstance(token, Operator) and token.text in _SEPARATORS | _PIPES:
            yield command, token.text
            command = []
        else:
            command.append(token)
    yield command, "\n"


def _program(command: Sequence[Token]) -> Program | None:
    words: list[Word] = []
    writes: list[str] = []
    given: Word | None = None
    unsure = False
    operator = ""
    for token in command:
        if isinstance(token, Operator):
            operator = token.text
            if words and words[-1].text.isdigit() and not words[-1].quoted:
                words.pop()  # the number of a stream before its file
        elif operator in _OUT:
            if not (operator == ">&" and token.text in _STREAMS):
                writes.append(token.text)
            operator = ""
        elif operator:
            given = token if operator in _HERE else None
            unsure = token.live or given is None
            operator = ""
        elif words or not _is_before(token):
            words.append(token)
    if not words and not writes:
        return None
    return Program(
        words=tuple(word.text for word in words) or (":",),
        live=frozenset(n for n, word in enumerate(words) if word.live),
        writes=tuple(writes),
        given=given.text if given else None,
        unsure=unsure,
        hidden=bool(words) and words[0].live,
    )


def _is_before(word: Word) -> bool:
    """Tell whether the word stands before the program's name: a reserved word, an assignment."""
    if word.text in _RESERVED and not word.quoted:
        return True
    return _ASSIGNMENT.match(word.text) is not None


def _said(before: Program | None) -> str | None:
    """Return what a program prints, where that is known: of echo and printf."""
    if before is None or before.name not in _SAYING or before.live:
        return None
    return " ".join(word for word in before.words[1:] if not word.startswith("-"))
