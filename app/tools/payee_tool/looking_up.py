"""Asks the web who a payee is, by the tool that searches it."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from core.errors import InvalidInputError

from tools.interface import Answer, Call, Item
from tools.payee_tool.categories import suggested
from tools.payee_tool.cleaning import cleaned
from tools.registry import tool

SEARCH: Final = "tools.search_tool.search_web"
LOOKED_AT: Final = 10
"""Results that are looked at."""
CANDIDATES: Final = 5
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "payee": {
            "type": "string",
            "description": "As the bank writes it. Numbers, addresses and references stay here.",
            "minLength": 1,
            "maxLength": 300,
        },
        "language": {
            "type": "string",
            "description": "Like de or pt-BR; empty for any.",
            "pattern": r"^([a-z]{2,3}(-[A-Z]{2})?|all)$",
            "maxLength": 6,
        },
    },
    "required": ["payee"],
}
_PARTS = re.compile(r"\s+[-\u2013\u2014|·:•]\s+|\s*[|·•]\s*|:\s+")
"""What stands between a name and the rest of a page's title."""
_SITES: Final = """
    facebook instagram linkedin tripadvisor yelp wikipedia youtube twitter x tiktok yellowpages
    gelbeseiten reddit pinterest google maps foursquare wikidata trustpilot
"""
_DIRECTORIES: Final = frozenset(_SITES.split())
"""Sites about businesses: never the business's own."""


@tool(
    "tools.payee_tool.lookup_payee",
    title="Look a payee up",
    schema=SCHEMA,
    time_out=12,
    rate=20,
    enabled_at_first=True,
)
def lookup_payee(call: Call) -> Answer:
    """Find the name, the website and the kind of business behind the payee of a statement.

    Raises ``InvalidInputError`` when nothing of the payee may be asked in the web, and whatever
    the search raises.
    """
    question = cleaned(str(call.parameters["payee"]))
    if not question:
        wrong = "Nothing but numbers, references or words of the bank: there is no name to look up."
        raise InvalidInputError(wrong, fields={"payee": wrong})
    asked = {"q": question, "limit": LOOKED_AT}
    if "language" in call.parameters:
        asked["language"] = str(call.parameters["language"])
    found = call.call_tool(SEARCH, asked)
    return _answer(question, found)


def _answer(question: str, found: Answer) -> Answer:
    words = _words(question)
    ranked = sorted(found.items, key=lambda item: -_score(item, words))
    candidates = tuple(_candidate(item, words) for item in ranked if _score(item, words) > 0)
    facts = {"Asked in the web": question}
    if candidates:
        facts["Name"] = candidates[0].title
    website = next((_site(item.url) for item in ranked if _is_own_site(item.url, words)), "")
    category = suggested([question, *(f"{item.title} {item.text}" for item in found.items)])
    facts |= {
        name: value for name, value in (("Website", website), ("Category", category)) if value
    }
    return Answer(_without_twins(candidates)[:CANDIDATES], facts, found.notes)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w{2,}", text.casefold()))


def _score(item: Item, words: frozenset[str]) -> float:
    """Return how well a result fits: words in the title, in the address, less in the text."""
    in_title = len(words & _words(item.title))
    in_text = len(words & _words(item.text))
    return in_title + 0.3 * in_text + (1.5 if _is_own_site(item.url, words) else 0)


def _candidate(item: Item, words: frozenset[str]) -> Item:
    """Return the result under the part of its title that names the payee."""
    parts = [part.strip() for part in _PARTS.split(item.title) if part.strip()] or [item.title]
    name = max(parts, key=lambda part: len(words & _words(part)))
    return Item(title=name, url=item.url, text=item.text, source=item.source)


def _is_own_site(url: str, words: frozenset[str]) -> bool:
    """Tell whether the host's name is made of the payee's words, like ``coffeeshop-berlin.de``."""
    labels = (urlsplit(url).hostname or "").removeprefix("www.").split(".")
    if len(labels) < 2 or set(labels) & _DIRECTORIES:
        return False
    name = re.sub(r"\W", "", max(labels[:-1], key=len))
    return any(len(word) > 3 and word in name for word in words) or name in words


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _without_twins(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple({item.title.casefold(): item for item in reversed(items)}.values())[::-1]
