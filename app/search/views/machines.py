"""What was found, as JSON."""

from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from search.selectors.finding import Found
from search.selectors.results import Result


def answer(found: Found, page: Page[int], results: list[Result]) -> dict[str, Any]:
    """Return the members of the answer. Amounts are texts, because JSON's numbers are not exact."""
    return {
        "matched": found.matched,
        "matched_is_exact": found.is_exact,
        "ranked_within": found.ranked_within,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "results": [_result(each) for each in results],
    }


def address_of(result: Result) -> str:
    """Return the address of what was found."""
    page = "documents:detail" if result.entry.is_document else "ledger:transaction"
    return reverse(page, args=[result.entry.uid])


def _result(result: Result) -> dict[str, Any]:
    entry = result.entry
    return {
        "kind": entry.kind,
        "uid": str(entry.uid),
        "url": address_of(result),
        "title": entry.title,
        "snippet_html": str(result.snippet),
        "date": entry.date.isoformat(),
        "amount": None if entry.amount is None else str(entry.amount),
        "currency": entry.currency,
        "type": entry.type,
        "tags": entry.tags,
        "account": entry.account,
        "similar_title": result.is_alike,
        "partly_indexed": entry.is_partial,
    }
