"""Saved searches: kept and removed."""

from collections.abc import Mapping
from typing import Final

from core.errors import ConflictError, InvalidInputError
from core.services import audit
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from search.models import SavedSearch
from search.selectors.saved import find_saved, saved_of
from search.selectors.wanted import LONGEST_QUERY

FIELDS: Final = ("q", "kind", "type", "tag", "account", "since", "until", "least", "most")
"""What the form of the search has."""
MOST: Final = 100
"""Saved searches of one person."""


def save_search(*, actor: User, name: str, query: Mapping[str, str]) -> SavedSearch:
    """Keep a search under a name that none of the person's others has, in whatever case.

    ``query`` holds the fields of the form that are filled. Raises ``InvalidInputError`` for a name
    that is empty, too long or taken and for a query that is none, ``ConflictError`` for too many.
    """
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= 80 or "\x00" in cleaned:
        raise _wrong_name("Give a name of 1 to 80 characters.")
    filled = {field: text.strip() for field, text in query.items() if text.strip()}
    if not filled or set(filled) - set(FIELDS) or any(map(_is_no_value, filled.values())):
        raise InvalidInputError("There is nothing to save: fill a field of the search.")
    try:
        with transaction.atomic():
            if saved_of(actor).count() >= MOST:
                raise ConflictError(f"{MOST} searches are saved. Remove one first.")
            saved = SavedSearch.objects.create(owner=actor, name=cleaned, query=filled)
            after = {"name": cleaned, "query": filled}
            audit.record(actor=actor, verb="saved", target=saved, after=after)
    except IntegrityError as error:
        raise _wrong_name("One of your searches has this name. Choose another.") from error
    return saved


def remove_search(*, actor: User, saved: SavedSearch) -> None:
    """Remove a saved search. Raises ``NotFoundError`` when it is not the person's own."""
    with transaction.atomic():
        own = find_saved(actor, saved.uid)
        before = {"name": own.name, "query": own.query}
        audit.record(actor=actor, verb="removed", target=own, before=before)
        own.delete()


def _is_no_value(text: str) -> bool:
    return len(text) > LONGEST_QUERY or "\x00" in text


def _wrong_name(wrong: str) -> InvalidInputError:
    return InvalidInputError(wrong, fields={"name": wrong})
