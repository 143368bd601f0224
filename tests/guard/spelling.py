"""Spells an intent as a command line, in one of the many ways docker and compose understand.

The flags that say what is meant are written long or short, with `=` or without, alone or in one
word with others, behind values of their own that a later one overrides; harmless flags stand
between them, options of docker before the verb, and variables around all of it. What comes out
must be read as the intent it was made from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from guard.effects import Effect

TRUE = ("1", "t", "T", "true", "TRUE", "True")
FALSE = ("0", "f", "F", "false", "FALSE", "False")


@dataclass(frozen=True)
class Flag:
    """A flag with what it says; a value of None makes it a boolean one, which is `on` or off."""

    name: str
    letter: str = ""
    value: str | None = None
    on: bool = True
    others: tuple[str, ...] = ()
    """Other long names of the same flag."""
    abbreviations: tuple[str, ...] = ()
    """Long names that only docker-compose takes."""
    repeats: bool = False
    """Each occurrence adds a value; of other flags the last counts."""


@dataclass(frozen=True)
class Intent:
    """What is meant, in words of a command line and in effects."""

    verbs: tuple[str, ...]
    """The verb's names: `volume rm`, `volume remove`."""
    effects: tuple[Effect, ...]
    verdict: str
    rule: str | None
    words: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    noise: tuple[Flag, ...] = ()
    """Flags that change nothing that matters."""
    options_first: bool = False
    compose: bool = False
    project: str = ""
    files: tuple[str, ...] = ()


@dataclass
class Spelled:
    """A command line, with what is known of it."""

    argv: list[str]
    variables: dict[str, str]
    host: str | None = None
    context: str | None = None
    before: list[str] = field(default_factory=list)
    """The words up to the verb and with it."""
    groups: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Flags behind the verb: what they are about, and their words."""


def spell(intent: Intent, random: Random) -> Spelled:
    """Return one spelling; the same generator gives the same one."""
    found = Spelled([], {})
    standalone = intent.compose and random.random() < 0.4
    found.before = _before(intent, found, random, standalone=standalone)
    found.groups = _groups(intent, random, standalone=standalone)
    found.argv = arrange(intent, found, random)
    return found


def arrange(intent: Intent, spelled: Spelled, random: Random) -> list[str]:
    """Return the words with the flags in an order drawn anew; those of one flag keep theirs."""
    groups = [words for _, words in _shuffled(spelled.groups, random)]
    flat = [word for group in groups for word in group]
    draw = random.random()
    if intent.options_first or draw < 0.4:
        end = ["--"] if draw < 0.15 and intent.words else []
        return [*spelled.before, *flat, *end, *intent.words]
    mixed = _riffled(groups, [(word,) for word in intent.words], random)
    return [*spelled.before, *(word for piece in mixed for word in piece)]


def _riffled(
    one: Sequence[Sequence[str]], other: Sequence[Sequence[str]], random: Random
) -> list[Sequence[str]]:
    """Return both lists in one, each in its own order."""
    left, right = list(one), list(other)
    mixed = []
    while left or right:
        take = left if random.random() * (len(left) + len(right)) < len(left) else right
        mixed.append(take.pop(0))
    return mixed


def _shuffled(
    groups: Sequence[tuple[str, tuple[str, ...]]], random: Random
) -> list[tuple[str, tuple[str, ...]]]:
    order = list(groups)
    random.shuffle(order)
    queues: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for group in groups:
        queues.setdefault(group[0], []).append(group)
    return [queues[about].pop(0) for about, _ in order]


def _before(intent: Intent, found: Spelled, random: Random, *, standalone: bool) -> list[str]:
    """Return program, options and verb, and set what they say of the daemon."""
    options = [word for group in _options(found, random) for word in group]
    verb = random.choice(intent.verbs).split()
    if not intent.compose:
        program = random.choice(([], ["docker"], ["/usr/bin/docker"], ["docker.exe"]))
        end = ["--"] if random.random() < 0.05 else []
        return [*program, *options, *end, *verb]
    project = [word for group in _project(intent, found, random) for word in group]
    if standalone:
        program = random.choice((["docker-compose"], ["/usr/local/bin/docker-compose"]))
        return [*program, *options, *project, *verb]
    program = random.choice(([], ["docker"]))
    return [*program, *options, "compose", *project, *verb]


def _options(found: Spelled, random: Random) -> list[tuple[str, ...]]:
    groups: list[tuple[str, ...]] = []
    draw = random.random()
    if draw < 0.15:
        found.host = random.choice(("unix:///run/docker.sock", "tcp://10.0.0.5:2376", "ssh://a@b"))
        groups += _value(Flag("host", "H", found.host), random)
    elif draw < 0.3:
        found.context = random.choice(("prod", "default", "volume", "-v"))
        groups += _value(Flag("context", "c", found.context), random)
    elif draw < 0.4:
        found.host = found.variables["DOCKER_HOST"] = "tcp://10.0.0.6:2375"
        found.variables["DOCKER_CONTEXT"] = "elsewhere"
    elif draw < 0.5:
        found.context = found.variables["DOCKER_CONTEXT"] = "prod"
    for chance, flag in (
        (0.1, Flag("debug", "D")),
        (0.1, Flag("log-level", "l", random.choice(("info", "rm")))),
        (0.05, Flag("config", value="/home/dev/.docker")),
        (0.05, Flag("tls", on=random.random() < 0.5)),
        (0.05, Flag("tlscacert", value="ca.pem")),
        (0.05, Flag("tlsverify")),
    ):
        if random.random() < chance:
            groups += _value(flag, random) if flag.value else [_boolean(flag, random)]
    random.shuffle(groups)
    return groups


def _project(intent: Intent, found: Spelled, random: Random) -> list[tuple[str, ...]]:
    groups: list[tuple[str, ...]] = []
    if intent.project:
        if random.random() < 0.3:
            found.variables["COMPOSE_PROJECT_NAME"] = intent.project
        else:
            found.variables |= {"COMPOSE_PROJECT_NAME": "other"} if random.random() < 0.1 else {}
            groups += _value(Flag("project-name", "p", intent.project), random)
    if intent.files:
        if random.random() < 0.3:
            divider = random.choice((":", ";"))
            if divider == ";":
                found.variables["COMPOSE_PATH_SEPARATOR"] = divider
            found.variables["COMPOSE_FILE"] = divider.join(intent.files)
        else:
            for file in intent.files:
                groups += _value(Flag("file", "f", file), random)
    for chance, flag in (
        (0.1, Flag("profile", value=random.choice(("full", "down")))),
        (0.1, Flag("env-file", value=".env")),
        (0.1, Flag("ansi", value="never")),
        (0.05, Flag("verbose")),
        (0.05, Flag("compatibility")),
    ):
        if random.random() < chance:
            groups += _value(flag, random) if flag.value else [_boolean(flag, random)]
    return groups


def _groups(
    intent: Intent, random: Random, *, standalone: bool
) -> list[tuple[str, tuple[str, ...]]]:
    """Return the flags behind the verb, some of them together in one word."""
    chosen = list(intent.flags)
    chosen += [flag for flag in intent.noise if random.random() < 0.25]
    single: list[Flag] = []
    groups: list[tuple[str, tuple[str, ...]]] = []
    often = {flag.name for flag in chosen if sum(f.name == flag.name for f in chosen) > 1}
    for flag in chosen:
        alone = flag.name not in often
        decoy = random.random() < 0.15
        if flag.letter and alone and flag.on and not decoy and random.random() < 0.6:
            single.append(flag)
            continue
        if decoy and not flag.repeats:
            groups.append((flag.name, _decoy(flag, random)))
        if flag.value is not None:
            groups += [(flag.name, words) for words in _value(flag, random, standalone=standalone)]
        else:
            groups.append((flag.name, _boolean(flag, random, standalone=standalone)))
    return [*groups, *_clusters(single, random)]


def _clusters(flags: list[Flag], random: Random) -> list[tuple[str, tuple[str, ...]]]:
    """Return short flags in one word or several; a flag with a value ends its word."""
    random.shuffle(flags)
    groups: list[tuple[str, tuple[str, ...]]] = []
    word = ""
    for flag in flags:
        if flag.value is not None:
            ends = random.choice(((flag.value,), None, "="))
            if ends is None and flag.value and not flag.value.startswith("="):
                groups.append((flag.name, (f"-{word}{flag.letter}{flag.value}",)))
            elif ends == "=" and flag.value:
                groups.append((flag.name, (f"-{word}{flag.letter}={flag.value}",)))
            else:
                groups.append((flag.name, (f"-{word}{flag.letter}", flag.value)))
            word = ""
            continue
        word += flag.letter
        if random.random() < 0.4:
            end = f"={random.choice(TRUE)}" if random.random() < 0.3 else ""
            groups.append((flag.name, (f"-{word}{end}",)))
            word = ""
    if word:
        groups.append((word, (f"-{word}",)))
    return groups


def _long(flag: Flag, random: Random, *, standalone: bool) -> str:
    names = (flag.name, *flag.others, *(flag.abbreviations if standalone else ()))
    return random.choice(names)


def _value(flag: Flag, random: Random, *, standalone: bool = False) -> list[tuple[str, ...]]:
    value = flag.value or ""
    ways = [(f"--{(name := _long(flag, random, standalone=standalone))}", value),
            (f"--{name}={value}",)]  # fmt: skip
    if flag.letter:
        ways.append((f"-{flag.letter}", value))
        if value:
            ways.append((f"-{flag.letter}={value}",))
            if not value.startswith("="):
                ways.append((f"-{flag.letter}{value}",))
    return [random.choice(ways)]


def _boolean(flag: Flag, random: Random, *, standalone: bool = False) -> tuple[str, ...]:
    name = _long(flag, random, standalone=standalone)
    if not flag.on:
        forms = [f"--{name}={random.choice(FALSE)}"]
        forms += [f"-{flag.letter}={random.choice(FALSE)}"] if flag.letter else []
        return (random.choice(forms),)
    forms = [f"--{name}", f"--{name}={random.choice(TRUE)}"]
    forms += [f"-{flag.letter}={random.choice(TRUE)}"] if flag.letter else []
    return (random.choice(forms),)


def _decoy(flag: Flag, random: Random) -> tuple[str, ...]:
    """Return an earlier occurrence that says something else, and does not count."""
    if flag.value is not None:
        return (f"--{flag.name}={random.choice(('7', 'x', '-f'))}",)
    if flag.on:
        return (f"--{flag.name}={random.choice(FALSE)}",)
    return (random.choice((f"--{flag.name}", f"--{flag.name}={random.choice(TRUE)}")),)
