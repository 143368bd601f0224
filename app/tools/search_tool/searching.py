"""Asks SearXNG and reads its answer."""

from typing import Any, Final

from django.conf import settings

from tools.failures import UpstreamBadPayloadError
from tools.http import post_json
from tools.interface import TEXT, TITLE, Answer, Call, Item, shortened, web_address
from tools.registry import tool
from tools.search_tool.schema import PINNED, SCHEMA

SERVICE: Final = "SearXNG"
FORBIDDEN: Final = {
    403: "search.formats of its settings.yml must list json.",
    429: "Switch server.limiter of its settings.yml off: only this environment reaches it.",
}
RESULTS: Final = 20


@tool(
    "tools.search_tool.search_web",
    title="Search the web",
    schema=SCHEMA,
    pinned=PINNED,
    time_out=10,
    cache=300,
    rate=30,
    upstream="searxng",
    enabled_at_first=True,
)
def search_web(call: Call) -> Answer:
    """Ask the search engines of the web through this environment's SearXNG.

    The parameters are those of ``schema.SCHEMA``. Raises ``UpstreamError`` or a subclass.
    """
    asked = {"format": "json", "safesearch": 1, **call.parameters}
    limit = int(asked.pop("limit", RESULTS))
    answer = post_json(
        f"{settings.LEDGERFLOW.searxng_url}/search",
        {name: str(value) for name, value in asked.items()},
        service=SERVICE,
        forbidden=FORBIDDEN,
        deadline=call.deadline,
    )
    return Answer(items=_items(answer, limit), notes=_notes(answer))


def _items(answer: dict[str, Any], limit: int) -> tuple[Item, ...]:
    results = answer.get("results")
    if not isinstance(results, list):
        raise UpstreamBadPayloadError(f"{SERVICE} answered without a list of results.")
    found = (_item(each) for each in results if isinstance(each, dict))
    return tuple(item for item in found if item is not None)[:limit]


def _item(result: dict[str, Any]) -> Item | None:
    """Return a result, or None for one without a title or without an address of the web."""
    title, url = shortened(result.get("title"), TITLE), web_address(result.get("url"))
    if not title or not url:
        return None
    text, source = shortened(result.get("content"), TEXT), shortened(result.get("engine"), 50)
    return Item(title=title, url=url, text=text, source=source)


def _notes(answer: dict[str, Any]) -> tuple[str, ...]:
    """Return which engines gave no answer, and why, as ``[name, reason]`` in SearXNG's answer."""
    silent = answer.get("unresponsive_engines")
    named = [
        ": ".join(shortened(word, 50) for word in pair[:2])
        for pair in (silent if isinstance(silent, list) else [])
        if isinstance(pair, list) and pair and all(isinstance(word, str) for word in pair)
    ]
    return (f"No answer of {', '.join(named[:10])}.",) if named else ()
