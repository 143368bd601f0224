"""The tables of the search."""

from search.models.entry import EntryKind, SearchEntry
from search.models.saved_search import SavedSearch

__all__ = ["EntryKind", "SavedSearch", "SearchEntry"]
