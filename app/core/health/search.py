"""Probe of SearXNG, and a sample search for people to see."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from core.health.status import Finding


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One result of a web search; ``url`` is always http or https."""

    title: str
    url: str


def probe_search(url: str, timeout: float = 2.0) -> Finding:
    """Return the search engine's version from its public configuration.

    No search is made: engines on the internet block those who ask every few seconds.
    """
    return Finding(version=str(_get(f"{url}/config", {}, timeout)["version"]))


def first_result(url: str, query: str, timeout: float = 3.0) -> SearchResult | None:
    """Return the first result for ``query``, or nothing when no engine found one.

    Raises ``httpx.HTTPError`` or ``ValueError`` when the answer is of no use.
    """
    answer = _get(f"{url}/search", {"q": query, "format": "json"}, timeout)
    for result in answer.get("results", ()):
        title, address = result.get("title"), result.get("url")
        if title and address and urlsplit(address).scheme in {"http", "https"}:
            return SearchResult(title=str(title), url=str(address))
    return None


def _get(url: str, parameters: dict[str, str], timeout: float) -> dict[str, Any]:
    # trust_env: a service on the own network, never through a proxy
    with httpx.Client(trust_env=False, timeout=timeout) as client:
        response = client.get(url, params=parameters)
        response.raise_for_status()
        answer = response.json()
    if not isinstance(answer, dict):
        raise ValueError("an object was expected")  # noqa: TRY004 - it is wrong data
    return answer
