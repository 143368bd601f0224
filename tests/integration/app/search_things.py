"""Documents and searches for tests of the search."""

from django.contrib.auth.models import User
from documents.indexing import reindex
from documents.models import Document, Reading, ReadingState, VersionText
from documents.services import adding
from search.models import SavedSearch
from search.selectors.finding import Found, find, limited
from search.selectors.results import Result, results
from search.selectors.wanted import Wanted
from search.services.saved import save_search


def document_of(owner: User, title: str, text: str = "") -> Document:
    """Return a document that was uploaded, and read when it has a text."""
    content = (text or f"the file of {title}").encode()
    document = adding.add_document(
        actor=owner, sent=adding.receive([content], "note.txt"), title=title, on_duplicate="new"
    )
    if text:
        read(document, text)
    return document


def read(document: Document, text: str, *, is_cut: bool = False) -> None:
    """Give the current version its text, as the job does, without a child process."""
    version = document.version
    VersionText.objects.update_or_create(version=version, defaults={"content": text})
    Reading.objects.update_or_create(
        version=version, defaults={"state": ReadingState.READ, "is_cut": is_cut}
    )
    reindex(document)


def searched(user: User, words: str = "", **filters) -> tuple[Found, list[Result]]:
    """Return what ``user`` finds, and the first page of it. A user is asked for anew."""
    asking = User.objects.get(pk=user.pk)
    wanted = Wanted(words=words, **filters)
    with limited(words=bool(words)):
        found = find(asking, wanted)
        return found, results(asking, found.ids[:20], found.terms, found.alike)


def titles(user: User, words: str = "", **filters) -> list[str]:
    """Return the titles of what ``user`` finds."""
    return [result.entry.title for result in searched(user, words, **filters)[1]]


def saved_of(owner: User, name: str = "Hidden treasure", **query: str) -> SavedSearch:
    """Return a saved search."""
    return save_search(actor=owner, name=name, query=query or {"q": "treasure"})
