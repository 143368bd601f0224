"""What a page shows of entries that were found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import User
from django.contrib.postgres.search import SearchHeadline
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Left, Length, Substr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from search.models import SearchEntry
from search.selectors.finding import StoredQuery, Terms, readable_to

BEGIN: Final = "\ue000"
END: Final = "\ue001"
"""Around words that were looked for. Private-use characters, which are taken out of the text."""
_LOOKED_AT: Final = 20_000
"""Characters of a text that are searched for a snippet first."""
_BUDGET: Final = 1_500_000
"""Characters of longer texts that are searched for one page, so that no page takes seconds."""
_TEXT: "TextField[str, str]" = TextField()
_SHOWN: Final = (
    "kind", "title", "date", "amount", "currency", "is_partial", "document", "document__uid",
    "document__owner__username", "document__document_type__name", "transaction",
    "transaction__uid", "transaction__account__name", "transaction__category__name",
)  # fmt: skip
"""All columns of seven tables would take longer than the search."""
_START: Final = 300
"""Characters shown of a text in which nothing is marked."""


@dataclass(frozen=True, slots=True)
class Result:
    """One entry, with its words marked in HTML that is safe to show."""

    entry: SearchEntry
    title: SafeString
    snippet: SafeString
    is_alike: bool


def results(user: User, ids: Sequence[int], terms: Terms, alike: Iterable[int]) -> list[Result]:
    """Return the entries ``ids``, a page of them, in this order.

    Who may see them is asked again. Three or four queries, however many.
    """
    similar = set(alike)
    entries = (
        readable_to(user)
        .filter(pk__in=ids)
        .select_related(
            "document__document_type", "document__owner", "transaction__account",
            "transaction__category",
        )
        .only(*_SHOWN)
        .prefetch_related("document__tags")
        .annotate(start=_clean(Left("body", _START)), name=_clean(F("title")))
    )  # fmt: skip
    known = {entry.pk: entry for entry in entries}
    marked = _marked(list(known), terms)
    found = []
    for pk in ids:
        if pk in known:
            entry = known[pk]
            title, snippet = marked.get(pk, (entry.name, ""))
            shown = snippet if BEGIN in snippet else entry.start
            found.append(Result(entry, html(title), html(shown), pk in similar))
    return found


def html(text: str) -> SafeString:
    """Return ``text`` as HTML, with what stands between the two markers in ``<mark>``."""
    before, *others = " ".join(text.split()).split(BEGIN)
    parted = (other.partition(END) for other in others)
    marked = ((word, after) for word, _, after in parted)
    return format_html("{}{}", before, format_html_join("", "<mark>{}</mark>{}", marked))


def _marked(ids: Sequence[int], terms: Terms) -> dict[int, tuple[str, str]]:
    """Return titles and snippets with the words marked."""
    if not ids or not terms.positive:
        return {}
    rows = SearchEntry.objects.filter(pk__in=ids)
    whole: dict[str, Any] = {"highlight_all": True}
    near = rows.annotate(
        shown=_headline(_clean(F("title")), terms, **whole),
        part=_headline(_clean(Left("body", _LOOKED_AT)), terms),
        length=Length("body"),
    )
    found: dict[int, tuple[str, str]] = {}
    further, budget = [], _BUDGET
    for pk, title, part, length in near.values_list("pk", "shown", "part", "length"):
        found[pk] = (title, part)
        if BEGIN not in part and _LOOKED_AT < length <= budget:
            further.append(pk)
            budget -= length
    if further:
        far = rows.filter(pk__in=further).annotate(
            part=_headline(_clean(Substr("body", _LOOKED_AT + 1)), terms)
        )
        for pk, part in far.values_list("pk", "part"):
            found[pk] = (found[pk][0], part)
    return found


def _headline(text: Func, terms: Terms, **options: Any) -> SearchHeadline:  # noqa: ANN401
    chosen = options or {
        "max_fragments": 2,
        "max_words": 22,
        "min_words": 8,
        "fragment_delimiter": " … ",
    }
    query = StoredQuery(terms.positive)
    return SearchHeadline(text, query, config=F("config"), start_sel=BEGIN, stop_sel=END, **chosen)


def _clean(text: Func | F) -> Func:
    """Return the text without the two markers."""
    return Func(text, Value(BEGIN + END), Value(""), function="translate", output_field=_TEXT)
