"""Values of flags: signals, pairs, filters, paths, networks, namespaces."""

from collections.abc import Iterable, Mapping
from typing import Final

from guard.effects import Filters

SIGNALS: Final = "HUP INT TERM USR1 USR2 WINCH CONT CHLD URG IO STOP TSTP"
NUMBERS: Final = "0 1 2 10 12 15 17 18 19 20 23 28 29"
GENTLE_SIGNALS: Final = frozenset(f"{SIGNALS} {NUMBERS}".split())
"""Signals that leave a server the time to finish what it does, or only tell it something.

The others end a process at once, PostgreSQL's QUIT ("immediate shutdown") among them.
"""


def is_gentle(signal: str) -> bool:
    """Tell whether a signal, by name or number, lets a server finish; docker ignores the case."""
    return signal.upper().removeprefix("SIG") in GENTLE_SIGNALS


def is_no_grace(seconds: str) -> bool:
    """Tell whether a grace of so many seconds is none at all; a negative one waits for ever."""
    try:
        return int(seconds, 0) == 0
    except ValueError:
        return False


def pairs(values: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return ``key=value`` as pairs; of one key the last counts, one without value has ""."""
    return tuple({key: value for key, _, value in (word.partition("=") for word in values)}.items())


def filters(values: Iterable[str]) -> Filters:
    """Return filters as pairs: ``label!=keep`` is ``("label!", "keep")``.

    Source: ``FilterOpt.Set`` in ``opts`` of docker's client, which ignores case and spaces here.
    """
    split = (value.partition("=") for value in values)
    return tuple((key.strip().lower(), value.strip()) for key, _, value in split)


def means_all(values: frozenset[str]) -> bool:
    """Tell whether the values of the filter ``all`` mean what ``--all`` does."""
    return bool(values - {"0", "false"})


def one_filter(name: str, chosen: Filters) -> tuple[frozenset[str], Filters]:
    """Return the values of a filter in lower case, and the other filters."""
    values = frozenset(value.lower() for key, value in chosen if key == name)
    return values, tuple(pair for pair in chosen if pair[0] != name)


def capabilities(values: Iterable[str]) -> tuple[str, ...]:
    """Return capabilities in upper case without ``CAP_``."""
    return tuple(value.upper().removeprefix("CAP_") for value in values)


def network(value: str) -> str:
    """Return the network of ``--network``: a name, or ``name=x`` among other keys."""
    if "=" not in value:
        return value
    keys = dict(pairs(part.strip() for part in value.split(",")))
    return keys.get("name", value)


def namespaces(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return those that are shared with the machine or with another container."""
    return tuple(
        (kind, value)
        for kind, value in values.items()
        if value == "host" or value.startswith("container:")
    )


def networks(values: Iterable[str]) -> tuple[str, ...]:
    """Return the networks that a container is put on, each once."""
    return tuple(dict.fromkeys(filter(None, map(network, values))))
