"""A group of commands that are imported when they are asked for: no command waits for the others.

Source: "Lazily Loading Subcommands" in click's documentation.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that is told where its commands are: ``module:attribute`` by name.

    Its help imports all of them; a command, and an error about a name, only what it needs.
    """

    def __init__(self, *, places: Mapping[str, str], **kwargs: Any) -> None:  # noqa: ANN401
        """Put a command that does nothing for each: click lists and suggests what it finds here."""
        super().__init__(commands={name: click.Command(name) for name in places}, **kwargs)
        self.places = places

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called so, None when there is none."""
        if cmd_name not in self.places:
            return None
        module, _, attribute = self.places[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command
