"""How docker's command line takes flags: the rules of Go's ``pflag``, in linear time.

Source: ``flag.go`` of spf13/pflag, and Go's ``strconv.ParseBool``. There are no abbreviations, but
for docopt's, which Compose 1 reads its command line with.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from guard.records import dataclass

TRUE: Final = frozenset({"1", "t", "T", "true", "TRUE", "True"})
FALSE: Final = frozenset({"0", "f", "F", "false", "FALSE", "False"})

Taken = tuple[str, str]
"""A flag's long name and its value."""


@dataclass(frozen=True)
class FlagSet:
    """The flags of one verb."""

    names: Mapping[str, str]
    """Every long name that is understood, and the one it stands for."""
    letters: Mapping[str, str]
    """Each short flag, and the long name it stands for."""
    with_value: frozenset[str]
    """Long names of the flags that take a value; the others are boolean."""


@cache
def flag_set(notation: str) -> FlagSet:
    """Return the flags that a line of the tables describes.

    Words divided by spaces: ``force`` is boolean, ``signal=`` takes a value, ``f/force`` has a
    short form, ``timeout|time=`` has another name.
    """
    names, letters, with_value = {"help": "help"}, {"h": "help"}, set()
    for word in notation.split():
        letter, slash, long = word.removesuffix("=").rpartition("/")
        first, *others = long.split("|")
        names |= dict.fromkeys((first, *others), first)
        if slash:
            letters[letter] = first
        if word.endswith("="):
            with_value.add(first)
    return FlagSet(names, letters, frozenset(with_value))


@dataclass(frozen=True)
class Parsed:
    """A command line, divided into flags and words."""

    values: Mapping[str, Sequence[str]]
    """Values by long name, in their order; those of boolean flags are ``true`` or ``false``."""
    words: tuple[str, ...]
    problems: tuple[str, ...] = ()
    """What docker itself would not take, or a later docker than the tables know might."""

    def on(self, name: str) -> bool:
        """Return a boolean flag; the last one counts."""
        return self.last(name) == "true"

    def last(self, name: str) -> str:
        """Return the last value of a flag, empty without one."""
        return self.values[name][-1] if name in self.values else ""

    def all(self, *names: str) -> tuple[str, ...]:
        """Return all values of flags that may be repeated."""
        return tuple(value for name in names for value in self.values.get(name, ()))


def parse(
    flags: FlagSet, words: Sequence[str], *, options_first: bool = False, abbreviated: bool = False
) -> Parsed:
    """Divide a command line into flags and words.

    With ``options_first`` the first word that is no flag ends the flags, with ``abbreviated`` a
    long flag may be shortened as far as it is unambiguous. An unknown flag is noted as a problem
    and taken as one without a value.
    """
    values: dict[str, list[str]] = {}
    rest: list[str] = []
    problems: list[str] = []
    at = 0
    while at < len(words):
        word, at = words[at], at + 1
        if word == "--":
            rest.extend(words[at:])
            break
        if len(word) < 2 or word[0] != "-":
            rest.append(word)
            if options_first:
                rest.extend(words[at:])
                break
            continue
        if word[1] == "-":
            taken, lacks_value = _long(flags, word, problems, abbreviated=abbreviated)
        else:
            taken, lacks_value = _short(flags, word, problems)
        for name, value in taken:
            values.setdefault(name, []).append(_checked(flags, name, value, problems))
        if lacks_value:
            if at < len(words):
                values.setdefault(lacks_value, []).append(words[at])
                at += 1
            else:
                problems.append(f"flag needs an argument: --{lacks_value}")
    return Parsed(values, tuple(rest), tuple(problems))


def _long(
    flags: FlagSet, word: str, problems: list[str], *, abbreviated: bool
) -> tuple[Iterable[Taken], str]:
    """Return what ``--flag`` or ``--flag=value`` sets, and the flag whose value follows."""
    typed, equals, value = word[2:].partition("=")
    name = flags.names.get(typed)
    if name is None and abbreviated:
        meant = {flags.names[known] for known in flags.names if typed and known.startswith(typed)}
        name = meant.pop() if len(meant) == 1 else None
    if name is None:
        problems.append(f"unknown flag: --{typed}")
        return (), ""
    if equals:
        return ((name, value),), ""
    if name in flags.with_value:
        return (), name
    return ((name, "true"),), ""


def _short(flags: FlagSet, word: str, problems: list[str]) -> tuple[Iterable[Taken], str]:
    """Return what ``-abc``, ``-avalue`` or ``-a=value`` sets, and the flag that lacks its value."""
    taken: list[Taken] = []
    for at in range(1, len(word)):
        name = flags.letters.get(word[at])
        if name is None:
            problems.append(f"unknown shorthand flag: -{word[at]}")
            return taken, ""
        if word[at + 1 : at + 2] == "=" and at + 2 < len(word):
            return [*taken, (name, word[at + 2 :])], ""
        if name not in flags.with_value:
            taken.append((name, "true"))
        elif at + 1 < len(word):
            return [*taken, (name, word[at + 1 :])], ""
        else:
            return taken, name
    return taken, ""


def _checked(flags: FlagSet, name: str, value: str, problems: list[str]) -> str:
    """Return a boolean flag's value as ``true`` or ``false``; what is neither counts as set."""
    if name in flags.with_value:
        return value
    if value in FALSE:
        return "false"
    if value not in TRUE:
        problems.append(f"--{name} is neither true nor false: {value}")
    return "true"
