"""What PostgreSQL's own programs are told to do."""

import getopt
import re
from typing import Final, NamedTuple

from guard.rules.inside import sql
from guard.rules.inside.finding import HARMLESS, OTHER, Finding
from guard.rules.inside.shell import Program

_SHORT: Final = "ac:d:ef:F:h:HlL:no:p:P:qR:sStT:U:v:VwWxXz01?bAE"
_LONG: Final = [
    "command=", "csv", "dbname=", "echo-all", "echo-errors", "echo-hidden", "echo-queries",
    "expanded", "field-separator-zero", "field-separator=", "file=", "help", "host=", "html",
    "list", "log-file=", "no-align", "no-password", "no-psqlrc", "no-readline", "output=",
    "password", "port=", "pset=", "quiet", "record-separator-zero", "record-separator=", "set=",
    "single-line", "single-step", "single-transaction", "table-attr=", "tuples-only",
    "username=", "variable=", "version",
]  # fmt: skip
"""psql's options, https://www.postgresql.org/docs/17/app-psql.html"""
_TELLING: Final = frozenset({"-l", "--list", "-V", "--version", "-?", "--help"})
_INPUT: Final = "-"
_SHELL: Final = "\\!"
_CLEANING: Final = re.compile(r"-[a-zA-Z]*c[a-zA-Z]*|--cl(e(an?)?)?")


class _Told(NamedTuple):
    """What psql is told to run."""

    scripts: tuple[str, ...]
    unseen: bool
    """It runs a file as well, or writes one, or a part of what it runs is not known."""
    tells: bool
    """It only tells of itself or lists databases."""


def psql(program: Program) -> Finding:
    """Return the worst of what psql runs; without anything to run it reads what is not known."""
    told = _told(program)
    if told is None:
        return OTHER
    if told.tells:
        return HARMLESS
    worst = max((sql.judge(script) for script in told.scripts), default=OTHER)
    return max(worst, OTHER) if told.unseen else worst


def shell_scripts(program: Program) -> list[str]:
    """Return what psql gives to a shell, by its command ``\\!``."""
    told = _told(program)
    lines = "\n".join(told.scripts if told else ()).splitlines()
    return [line.partition(_SHELL)[2] for line in lines if _SHELL in line]


def cleans(program: Program) -> bool:
    """Tell whether ``pg_restore`` drops what it is going to restore."""
    return any(_CLEANING.fullmatch(word) for word in program.words[1:])


def _told(program: Program) -> _Told | None:
    """Return what the words say, None when psql would not take them."""
    try:
        options, _ = getopt.gnu_getopt(list(program.words[1:]), _SHORT, _LONG)
    except getopt.GetoptError:
        return None
    scripts = [value for name, value in options if name in ("-c", "--command")]
    files = [value for name, value in options if name in ("-f", "--file")]
    reads = _INPUT in files or not (scripts or files)
    if reads and program.given is not None:
        scripts.append(program.given)
    names = {name for name, _ in options}
    unseen = (
        bool(program.live)
        or any(file != _INPUT for file in files)
        or (reads and (program.unsure or program.given is None))
        or not names.isdisjoint({"-o", "--output", "-L", "--log-file"})
    )
    return _Told(tuple(scripts), unseen, not names.isdisjoint(_TELLING))
