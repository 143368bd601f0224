"""A command line of Django, and what the application can tell about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Attempt:
    """What somebody wants ``manage.py`` to do."""

    environment: str
    """By the settings."""
    locked: bool
    """Whether it holds people's own documents."""
    argv: tuple[str, ...]
    """As typed after ``manage.py``, the command's name first."""
    kinds: frozenset[str] = frozenset()
    """Names of Django's commands that this one is made of, whatever its own name is."""
    options: Mapping[str, object] = field(default_factory=dict)
    """As Django itself read them, so no spelling counts."""

    @property
    def command(self) -> str:
        """The command's name."""
        return self.argv[0] if self.argv else ""

    @property
    def names(self) -> frozenset[str]:
        """The command's name and those it is made of."""
        return self.kinds | {self.command}

    def words(self, option: str) -> tuple[str, ...]:
        """Return an option that holds a list of words."""
        value = self.options.get(option) or ()
        return (value,) if isinstance(value, str) else tuple(map(str, value))  # type: ignore[call-overload]


@dataclass(frozen=True)
class Database:
    """What the database says of itself."""

    marked: str | None = None
    """The environment of its marker row."""
    empty: bool = False
    """Whether it has no table, and no migration was ever applied."""
    problem: str | None = None
    """Why it could not be asked, in words without any value."""


class Application(Protocol):
    """What only Django can answer; each is asked as late as possible."""

    def database(self) -> Database:
        """Ask the database of the command to whom it belongs."""

    def goes_back(self) -> bool:
        """Tell whether this ``migrate`` would undo a migration that is applied."""

    def permit(self) -> str:
        """Use up the permit of this command line and return its backup; raise PermitError."""
