"""SearXNG engine over LedgerFlow's own small library; it needs no network.

`build_library.py` makes the database when the image is built: a full-text table of slug, title and
content. SearXNG calls `search` and reads the other names of this module as the engine's settings.
"""

import re
import sqlite3
from contextlib import closing
from typing import Any

from searx import get_setting, searx_dir
from searx.result_types import EngineResults

engine_type = "offline"
categories = ["general"]
language = "en"
paging = True
about: dict[str, Any] = {
    "results": "SQLite",
    "description": "Bookkeeping terms, LedgerFlow's manual",
}

_DATABASE = f"file:{searx_dir}/data/library.sqlite?mode=ro&immutable=1"
_PAGE_SIZE = 10
_LOCAL_ADDRESS = "http://localhost:8080/"
"""Where the pages are when server.base_url says nothing."""
# Words in the title count five times those in the text.
_QUERY = """
    SELECT slug, title, content FROM library WHERE library MATCH ?
    ORDER BY bm25(library, 0, 5, 1) LIMIT ? OFFSET ?
"""


def search(query: str, params: dict[str, Any]) -> EngineResults:
    """Return the pages that hold any of the query's words, or their beginnings; the best first."""
    results = EngineResults()
    words = re.findall(r"\w+", query)
    if not words:
        return results
    match = " OR ".join(f'"{word}"*' for word in words)
    offset = (params.get("pageno", 1) - 1) * _PAGE_SIZE
    root = get_setting("server.base_url") or _LOCAL_ADDRESS
    with closing(sqlite3.connect(_DATABASE, uri=True)) as database:
        for slug, title, content in database.execute(_QUERY, (match, _PAGE_SIZE, offset)):
            url = f"{root.rstrip('/')}/static/library/{slug}.html"
            results.add(results.types.MainResult(url=url, title=title, content=content))
    return results
