"""The main menu. Each application registers its pages in its ``AppConfig.ready``."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu."""

    title: str
    url_name: str
    order: int
    """Smaller is earlier: 0 dashboard, 10 documents, 20 transactions, 30 search, 40 tools, ..."""
    only_administrators: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the template shows it; ``current`` on the page and those below it."""

    title: str
    address: str
    current: bool


_entries: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    """Add a page to the menu; one of the same ``url_name`` is replaced."""
    _entries[entry.url_name] = entry


def links(request: HttpRequest, *, administrator: bool) -> tuple[Link, ...]:
    """Return the menu for a page."""
    shown = sorted(_entries.values(), key=lambda entry: (entry.order, entry.title))
    found = [
        (entry.title, address)
        for entry in shown
        if (administrator or not entry.only_administrators)
        and (address := _address(entry.url_name)) is not None
    ]
    return tuple(Link(title, address, _is_at(request, address)) for title, address in found)


def _is_at(request: HttpRequest, address: str) -> bool:
    return request.path == address or (address != "/" and request.path.startswith(address))


def _address(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None
