"""The daemon as a whole: prune of everything, plugins, and the raw line to its API."""

from collections.abc import Iterator, Mapping
from typing import Final

from guard.effects import (
    ChangePlugin,
    Effect,
    PruneContainers,
    PruneNetworks,
    PruneVolumes,
    Unknown,
)
from guard.grammar.command import Command, Reader
from guard.grammar.values import filters, means_all, one_filter
from guard.grammar.verbs.images import pruned


def prune(command: Command) -> Iterator[Effect]:
    """``system prune``; ``--all`` is about images only, volumes go with ``--volumes``."""
    line = command.line
    chosen = filters(line.all("filter"))
    yield PruneContainers(chosen)
    yield PruneNetworks(chosen)
    if line.on("volumes"):
        every, others = one_filter("all", chosen)
        yield PruneVolumes(means_all(every), others)
    yield pruned(every=line.on("all"), chosen=chosen)


def change_plugin(command: Command) -> Iterator[Effect]:
    """``plugin disable``, ``enable``, ``install``, ``rm``, ``set`` and ``upgrade``.

    All words of ``rm`` are plugins; of the others only the first.
    """
    change = command.verb.removeprefix("plugin ")
    plugins = command.words if change == "rm" else command.words[:1]
    return (ChangePlugin(plugin, change) for plugin in plugins)


def raw_line(command: Command) -> Iterator[Effect]:
    """``system dial-stdio``: any request may go over its standard input."""
    yield Unknown(command.verb)


PLUGIN_CHANGES: Final = (
    "plugin disable",
    "plugin enable",
    "plugin install",
    "plugin rm",
    "plugin set",
    "plugin upgrade",
)
READERS: Final[Mapping[str, Reader]] = {
    "system prune": prune,
    "system dial-stdio": raw_line,
    **{
        f"plugin {verb}": change_plugin
        for verb in ("disable", "enable", "install", "rm", "set", "upgrade")
    },
}
