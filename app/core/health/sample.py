"""The sample search of the status page: proof that a search returns something."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache

from core.health.failures import describe
from core.health.search import SearchResult

QUERY = "LedgerFlow"
KEPT_SECONDS = 600
"""A result is shown again for so long: viewing the page must not load search engines."""
_KEY = "status:sample-search"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sample:
    """What the search for ``query`` gave: a result, or in words why there is none."""

    query: str
    result: SearchResult | None = None
    problem: str | None = None


def sample_search(search: Callable[[str], SearchResult | None], *, cached: bool) -> Sample:
    """Return the first result of ``search``; never raises.

    ``cached`` tells whether the cache can be used, so that a cache that is down costs no time.
    """
    try:
        kept = cache.get(_KEY) if cached else None
        result = SearchResult(*kept) if kept else search(QUERY)
        if result and cached and not kept:
            cache.set(_KEY, (result.title, result.url), KEPT_SECONDS)
    except Exception as error:
        logger.warning("the sample search failed: %s", describe(error))
        return Sample(QUERY, problem=describe(error))
    return Sample(QUERY, result, None if result else "no engine returned a result")
