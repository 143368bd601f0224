"""Who wants to know of a change. They add themselves, so that who tells them need not know them."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Listener = TypeVar("Listener")


class Listeners(Generic[Listener]):
    """The listeners for one kind of change, by name; iterating gives them as they were added."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._by_name: dict[str, Listener] = {}

    def register(self, name: str, listener: Listener) -> None:
        """Add a listener; one of the same name is replaced."""
        self._by_name[name] = listener

    def __iter__(self) -> Iterator[Listener]:
        """Go through all listeners."""
        return iter(tuple(self._by_name.values()))
