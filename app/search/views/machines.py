"""What was found, as JSON."""

from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from search.models import EntryKind
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
    entry = result.entry
    if entry.kind == EntryKind.DOCUMENT and entry.document:
        return reverse("documents:detail", args=[entry.document.uid])
    assert entry.transaction is not None, "a constraint of the table"  # noqa: S101
    return reverse("ledger:transaction", args=[entry.transaction.uid])


def _result(result: Result) -> dict[str, Any]:
    entry = result.entry
    document, transaction = entry.document, entry.transaction
    kind = document.document_type if document else None
    return {
        "kind": entry.kind,
        "uid": str((document or transaction).uid),  # type: ignore[union-attr]
        "url": address_of(result),
        "title": entry.title,
        "snippet_html": str(result.snippet),
        "date": entry.date.isoformat(),
        "amount": None if entry.amount is None else str(entry.amount),
        "currency": entry.currency,
        "type": kind.name if kind else None,
        "tags": [tag.name for tag in document.tags.all()] if document else [],
        "account": transaction.account.name if transaction else None,
        "similar_title": result.is_alike,
        "partly_indexed": entry.is_partial,
    }
