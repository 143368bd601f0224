"""JSON as the daemon's Go program decodes it into structures.

Go matches the names of a structure's fields without regard to case, by Unicode folding, and of two
fields with one name takes the last, or merges them (``encoding/json``, Unmarshal). A second one is
therefore unreadable here: no client writes it. Keys of maps (labels, options) are as they are.
"""

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from guard.authz.requests.unreadable import UnreadableError

T = TypeVar("T")


class Fields:
    """A JSON object read as a structure: fields by name in any case, null as if not there."""

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            raise UnreadableError(f"{what} is no object")
        self._what = what
        self._values: dict[str, Any] = {}
        for name, content in value.items():
            if name.casefold() in self._values:
                raise UnreadableError(f"{what} has the field {name} twice")
            self._values[name.casefold()] = content

    def has(self, name: str) -> bool:
        """Tell whether the field is there and not null."""
        return self._values.get(name.casefold()) is not None

    def text(self, name: str) -> str:
        """Return a text, empty when it is not there."""
        return self._typed(name, str, "")

    def yes(self, name: str) -> bool:
        """Return a truth value, false when it is not there."""
        return self._typed(name, bool, False)

    def fields(self, name: str) -> "Fields":
        """Return a structure, an empty one when it is not there."""
        return Fields(self._typed(name, dict, {}), f"{self._what}.{name}")

    def each(self, name: str) -> Iterator["Fields"]:
        """Return a list of structures."""
        for entry in self._typed(name, list, []):
            yield Fields(entry, f"an entry of {self._what}.{name}")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return self._all_text(name, self._typed(name, list, []))

    def words(self, name: str) -> tuple[str, ...]:
        """Return a command: a list of words, or one word alone."""
        value = self._values.get(name.casefold())
        return (value,) if isinstance(value, str) else self.texts(name)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of a map."""
        return tuple(self._typed(name, dict, {}))

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return a map from text to text."""
        found = self._typed(name, dict, {})
        return tuple(zip(found, self._all_text(name, list(found.values())), strict=True))

    def _typed(self, name: str, kind: type[T], default: T) -> T:
        value = self._values.get(name.casefold())
        if value is None:
            return default
        if not isinstance(value, kind):
            raise UnreadableError(f"{self._what}.{name} is no {kind.__name__}")
        return value

    def _all_text(self, name: str, values: list[Any]) -> tuple[str, ...]:
        if not all(isinstance(value, str) for value in values):
            raise UnreadableError(f"{self._what}.{name} holds something else than text")
        return tuple(values)


def read_json(document: bytes | str, what: str) -> object:
    """Return a JSON document in which no object has one key twice; raise UnreadableError."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise UnreadableError(f"{what} has a key twice")
        return found

    try:
        text = document.decode(errors="replace") if isinstance(document, bytes) else document
        found: object = json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError):
        raise UnreadableError(f"{what} is no JSON") from None
    return found


def read_structure(document: bytes | None, what: str) -> Fields:
    """Return a request's body; raise UnreadableError when it is missing or none."""
    if not document:
        raise UnreadableError(
            f"{what} did not come with the request: it has to be JSON, say so with "
            "Content-Type: application/json, and be smaller than 1 MiB"
        )
    return Fields(read_json(document, what), what)
