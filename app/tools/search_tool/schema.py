"""The parameters of a search, as SearXNG's search API names them.

https://docs.searxng.org/dev/search_api.html; ``limit`` is LedgerFlow's own, SearXNG has none.
"""

from typing import Any, Final

CATEGORIES: Final = ("general", "news", "map", "it", "science", "files")
ENGINES: Final = (
    "bing",
    "brave",
    "duckduckgo",
    "google",
    "mojeek",
    "qwant",
    "startpage",
    "wikidata",
    "wikipedia",
)

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "q": {
            "type": "string",
            "title": "Search for",
            "minLength": 1,
            "maxLength": 400,
            "pattern": r"\S",
        },
        "categories": {"type": "string", "title": "Category", "enum": list(CATEGORIES)},
        "engines": {
            "type": "string",
            "title": "Engine",
            "description": "Empty for all that SearXNG has switched on.",
            "enum": list(ENGINES),
        },
        "language": {
            "type": "string",
            "description": "Like de or pt-BR; empty for any.",
            "pattern": r"^([a-z]{2,3}(-[A-Z]{2})?|all)$",
            "maxLength": 6,
        },
        "time_range": {
            "type": "string",
            "title": "Not older than a",
            "enum": ["day", "month", "year"],
        },
        "pageno": {"type": "integer", "title": "Page", "minimum": 1, "maximum": 5},
        "limit": {
            "type": "integer",
            "title": "Results",
            "description": "20 if empty.",
            "minimum": 1,
            "maximum": 50,
        },
        "safesearch": {"type": "integer", "title": "Safe search", "minimum": 1, "maximum": 2},
        "format": {"type": "string", "enum": ["json"]},
    },
    "required": ["q"],
}
PINNED: Final[dict[str, Any]] = {"format": "json", "safesearch": 1}
