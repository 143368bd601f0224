"""From the words of a command line to its verb: program, options before the verb, aliases."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from guard.grammar import tables
from guard.grammar.flags import Parsed, flag_set, parse
from guard.grammar.reading import Program
from guard.grammar.tables import compose
from guard.records import dataclass

PROGRAMS: Final[Mapping[str, Program]] = {
    "docker": "docker",
    "docker.exe": "docker",
    "com.docker.cli": "docker",
    "docker-compose": "docker-compose",
    "docker-compose.exe": "docker-compose",
    "docker-compose-v1": "docker-compose",
}
GROUPS: Final = frozenset(
    " ".join(words[:length])
    for words in (verb.split() for verb in tables.VERBS)
    for length in range(1, len(words))
)
"""Words that need another one to be a verb."""
COMPOSE_FILES: Final = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
)
"""What compose looks for in a project's folder, in its order."""

Aliases = Callable[[str | None], Mapping[str, str]]
"""Returns ``aliases`` of docker's configuration, whose folder is None when it is the usual one."""


def no_aliases(_config: str | None) -> Mapping[str, str]:
    """Return the aliases of a configuration without any."""
    return {}


@dataclass(frozen=True)
class Line:
    """A command line whose verb is found."""

    program: Program
    options: Parsed
    """Of docker itself."""
    project: Parsed
    """Of compose, between it and its verb."""
    verb: str
    """By its first name, as in the tables; what it was typed as when they do not know it."""
    known: bool
    after: tuple[str, ...]
    """All that stands after the verb, as it was typed."""
    arguments: Parsed
    """The same, divided into flags and words."""

    @property
    def problems(self) -> tuple[str, ...]:
        """Return all that docker would not take or the tables do not know, in order."""
        return (*self.options.problems, *self.project.problems, *self.arguments.problems)


def program(argv: Sequence[str]) -> tuple[Program, tuple[str, ...]]:
    """Return which program is meant, and the words after its name if that is given."""
    first = argv[0].rpartition("/")[2] if argv else ""
    if first in PROGRAMS:
        return PROGRAMS[first], tuple(argv[1:])
    return "docker", tuple(argv)


def split(argv: Sequence[str], variables: Mapping[str, str], aliases: Aliases) -> Line:
    """Find the verb of a command line and divide what stands before and after it."""
    name, words = program(argv)
    if name == "docker-compose":
        flags = flag_set(f"{tables.OPTIONS} {compose.OPTIONS}")
        options = parse(flags, words, options_first=True, abbreviated=True)
        return _compose(name, options, options)
    options = parse(flag_set(tables.OPTIONS), words, options_first=True)
    words = options.words
    if words[:1] == ("builder",):
        chosen = options.last("config") or variables.get("DOCKER_CONFIG") or None
        words = (*aliases(chosen).get("builder", "builder").split(), *words[1:])
    if words[:1] == ("compose",):
        flags = flag_set(f"{tables.OPTIONS} {compose.OPTIONS}")
        return _compose(name, options, parse(flags, words[1:], options_first=True))
    verb, known, rest = find(words)
    return Line(name, options, NOTHING, verb, known, rest, _arguments(verb, rest, known=known))


NOTHING: Final = Parsed({}, ())


def _compose(name: Program, options: Parsed, project: Parsed) -> Line:
    verb, known, rest = find(("compose", *project.words))
    abbreviated = name == "docker-compose"
    arguments = _arguments(verb, rest, known=known, abbreviated=abbreviated)
    around = NOTHING if options is project else options
    return Line(name, around, project, verb, known, rest, arguments)


def find(words: Sequence[str]) -> tuple[str, bool, tuple[str, ...]]:
    """Return a verb by its first name, whether it is known, and the words after it.

    A group without a verb, as in ``docker volume``, is known: docker prints its help.
    """
    verb, rest = "", tuple(words)
    while rest and (not verb or verb in GROUPS):
        if verb:
            rest = parse(
                flag_set(tables.GROUP_OPTIONS.get(verb, "")), rest, options_first=True
            ).words
            if not rest:
                break
        typed = f"{verb} {rest[0]}".strip()
        verb = tables.SHORT_FORMS.get(typed) or tables.ALIASES.get(typed) or typed
        rest = rest[1:]
    known = not verb or verb in tables.VERBS or verb in GROUPS or _only_looks(verb)
    return verb, known, rest


def _only_looks(verb: str) -> bool:
    """Tell whether a word begins commands that only look, whatever follows."""
    return verb.removeprefix("compose ") in tables.LOOKING_PLUGINS or "__complete" in verb


def _arguments(
    verb: str, words: Sequence[str], *, known: bool, abbreviated: bool = False
) -> Parsed:
    if verb not in tables.VERBS:
        problems = () if known else (f"unknown command: docker {verb}",)
        return Parsed({}, tuple(words), problems)
    notation = tables.VERBS[verb]
    if verb.startswith("compose "):
        notation = f"{notation} dry-run"
    return parse(
        flag_set(notation),
        words,
        options_first=verb in tables.OPTIONS_FIRST,
        abbreviated=abbreviated,
    )
