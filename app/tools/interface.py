"""What a tool gets and gives: the interface that all have."""

import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

TITLE: Final = 300
"""Characters of a title that are kept."""
TEXT: Final = 1000
"""Characters of a text that are kept."""

CallTool = Callable[[str, Mapping[str, Any]], "Answer"]
"""Runs another tool by its path, with all its limits, for the same person."""


@dataclass(frozen=True, slots=True)
class Call:
    """One run, as the tool sees it. ``parameters`` fit the tool's schema."""

    parameters: Mapping[str, Any]
    deadline: float
    """When the tool must have ended, on ``time.monotonic``."""
    call_tool: CallTool

    def seconds_left(self) -> float:
        """Return how long the tool may still take, zero or more."""
        return max(0.0, self.deadline - time.monotonic())


@dataclass(frozen=True, slots=True)
class Item:
    """One finding. ``url`` is of http or https, or empty."""

    title: str
    url: str = ""
    text: str = ""
    source: str = ""
    """Who found it, in a word."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool found. Everything in it is text that pages escape."""

    items: tuple[Item, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the findings come to, by name: ``Website``, ``Category``."""
    notes: tuple[str, ...] = ()
    """What a person should know about the answer, a sentence each."""

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON, for the cache."""
        return {**asdict(self), "facts": dict(self.facts)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Answer":
        """Return what ``as_json`` made. Raises ``KeyError`` or ``TypeError`` for anything else."""
        items = tuple(Item(**item) for item in stored["items"])
        return cls(items, dict(stored["facts"]), tuple(stored["notes"]))


def web_address(url: object) -> str:
    """Return ``url`` if it is an address of http or https with a host, else an empty string.

    One with a user's name is none: ``https://bank.example@other.example`` leads to the other.
    """
    if not isinstance(url, str) or len(url) > 2000:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    fits = parts.scheme in {"http", "https"} and host and "@" not in parts.netloc
    fits = fits and url.isprintable() and " " not in url
    return url if fits else ""


def shortened(text: object, most: int) -> str:
    """Return ``text`` on one line with ``most`` characters at most; empty if it is no text.

    Control characters and lone surrogates, which JSON can hold and UTF-8 cannot, become spaces.
    """
    if not isinstance(text, str):
        return ""
    seen = (" " if unicodedata.category(each) in {"Cc", "Cs"} else each for each in text)
    words = " ".join("".join(seen).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
