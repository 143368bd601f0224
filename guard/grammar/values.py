"""Values of flags: signals, pairs, filters, paths, networks, namespaces."""

from collections.abc import Iterable, Mapping
from posixpath import isabs, join, normpath
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


def selects_all(prune_filters: Filters) -> bool:
    """Tell whether a filter of a prune means all volumes, which ``--all`` does as well."""
    return any(key == "all" and value.lower() not in ("0", "false") for key, value in prune_filters)


def path(source: str, folder: str) -> str:
    """Return a path of the machine without detours, from ``folder`` when it is relative."""
    if isabs(source):
        return _plain(source)
    if folder:
        return _plain(join(folder, source))
    relative = normpath(source)
    return relative if relative.startswith(".") else f"./{relative}"


def _plain(absolute: str) -> str:
    return "/" + normpath(absolute).lstrip("/")


def inside(container_path: str) -> str:
    """Return a path in a container; a relative one is meant from its root."""
    return _plain(join("/", container_path))


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


def joined_networks(values: Iterable[str]) -> tuple[str, ...]:
    """Return the networks that people made, of those a container is put on."""
    names = dict.fromkeys(network(value) for value in values)
    own = {"", "bridge", "default", "host", "none", "nat", "ingress"}
    return tuple(name for name in names if name not in own and not name.startswith("container:"))
