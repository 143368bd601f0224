"""What a page shows of entries that were found.

One statement and no objects of models: of seven tables a page needs a few columns, and making the
statement anew out of models takes longer than PostgreSQL needs to answer it.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.contrib.auth.models import User
from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from search.models import EntryKind
from search.selectors.finding import Terms, reads_as

BEGIN: Final = "\ue000"
END: Final = "\ue001"
"""Around words that were looked for. Private-use characters, which are taken out of the text."""
_LOOKED_AT: Final = 20_000
"""Characters of a text that are searched for a snippet first."""
_WITHOUT: Final = 1000
"""Characters of a text that are looked at when it cannot have what was looked for."""
_BUDGET: Final = 1_500_000
"""Characters of longer texts that are searched for one page, so that no page takes seconds."""
_START: Final = 300
"""Characters shown of a text in which nothing is marked."""
_MARKS: Final = f'StartSel="{BEGIN}", StopSel="{END}"'
_TITLE: Final = f"{_MARKS}, HighlightAll=true"
_SNIPPET: Final = f'{_MARKS}, MaxFragments=2, MaxWords=22, MinWords=8, FragmentDelimiter=" … "'


def _clean(text: str) -> str:
    """Return the SQL of a text without the two markers; ``translate`` takes five times as long."""
    return f"replace(replace({text}, '{BEGIN}', ''), '{END}', '')"


def _marked(text: str, options: str) -> str:
    """Return the SQL of a text with the words marked, empty when there are no words."""
    return (
        "CASE WHEN %(query)s = '' THEN ''"
        f" ELSE ts_headline(entry.config, {text}, %(query)s::tsquery, '{options}') END"
    )


_NEAR: Final = (
    f"CASE WHEN entry.id = ANY (%(without)s::bigint[]) THEN {_WITHOUT} ELSE {_LOOKED_AT} END"
)
_SHOWN: Final = f"""
SELECT entry.id, entry.kind, coalesce(document.uid, transaction.uid), entry.title, entry.date,
       entry.amount, entry.currency, entry.is_partial, document.owner_id,
       (SELECT username FROM auth_user WHERE id = document.owner_id),
       (SELECT name FROM documents_documenttype WHERE id = document.document_type_id),
       ARRAY(SELECT tag.name
             FROM documents_document_tags link JOIN documents_tag tag ON tag.id = link.tag_id
             WHERE link.document_id = entry.document_id ORDER BY tag.name),
       (SELECT name FROM ledger_account WHERE id = transaction.account_id),
       (SELECT name FROM ledger_category WHERE id = transaction.category_id),
       {_clean("entry.title")},
       {_clean(f"left(entry.body, {_START})")},
       {_marked(_clean("entry.title"), _TITLE)},
       {_marked(_clean(f"left(entry.body, {_NEAR})"), _SNIPPET)},
       CASE WHEN octet_length(entry.body) > {_LOOKED_AT} THEN length(entry.body) ELSE 0 END
FROM search_searchentry entry
LEFT JOIN documents_document document ON document.id = entry.document_id
LEFT JOIN ledger_transaction transaction ON transaction.id = entry.transaction_id
WHERE entry.id = ANY (%(ids)s::bigint[]) AND (%(all)s OR entry.readers && %(readers)s::bigint[])
"""  # noqa: S608  # nosec B608 - ours
"""A text's characters are counted only if it has bytes enough: that unpacks it once more."""
_FAR: Final = f"""
SELECT entry.id, {_marked(_clean(f"substr(entry.body, {_LOOKED_AT + 1})"), _SNIPPET)}
FROM search_searchentry entry
WHERE entry.id = ANY (%(ids)s::bigint[])
"""  # noqa: S608  # nosec B608 - ours


class Entry(NamedTuple):
    """The columns of what is shown; names of what a kind has not are ``None``."""

    pk: int
    kind: str
    uid: uuid.UUID
    """Of the document or the transaction."""
    title: str
    date: date
    amount: Decimal | None
    currency: str
    is_partial: bool
    owner_id: int | None
    owner: str | None
    type: str | None
    tags: list[str]
    account: str | None
    category: str | None

    @property
    def is_document(self) -> bool:
        """Whether it is one; otherwise it is a transaction."""
        return self.kind == EntryKind.DOCUMENT


@dataclass(frozen=True, slots=True)
class Result:
    """One entry, with its words marked in HTML that is safe to show."""

    entry: Entry
    title: SafeString
    snippet: SafeString
    is_alike: bool


class _Texts(NamedTuple):
    """The texts of an entry, without markers of their own."""

    title: str
    start: str
    marked_title: str
    """Empty without words, as ``snippet`` is."""
    snippet: str
    length: int
    """Characters of the whole text; 0 when already its bytes tell that it is short."""


def results(user: User, ids: Sequence[int], terms: Terms, alike: Iterable[int]) -> list[Result]:
    """Return the entries ``ids``, a page of them, in this order.

    Who may see them is asked again. One query, or two when a text is long, however many.
    """
    if not ids:
        return []
    similar = set(alike)
    # A similar title was added because its entry was not found: so the text has not the words,
    # unless it was excluded for another one.
    without = similar if terms.positive == terms.query else set()
    known = _shown(user, ids, terms, without)
    far = _far({pk: texts for pk, (_, texts) in known.items() if pk not in without}, terms)
    found = []
    for pk in ids:
        if pk in known:
            entry, texts = known[pk]
            snippet = far.get(pk, texts.snippet)
            shown = snippet if BEGIN in snippet else texts.start
            title = texts.marked_title or texts.title
            found.append(Result(entry, html(title), html(shown), pk in similar))
    return found


def html(text: str) -> SafeString:
    """Return ``text`` as HTML, with what stands between the two markers in ``<mark>``."""
    before, *others = " ".join(text.split()).split(BEGIN)
    parted = (other.partition(END) for other in others)
    marked = ((word, after) for word, _, after in parted)
    return format_html("{}{}", before, format_html_join("", "<mark>{}</mark>{}", marked))


def _shown(
    user: User, ids: Sequence[int], terms: Terms, without: Iterable[int]
) -> dict[int, tuple[Entry, _Texts]]:
    """Return what ``user`` may see of the entries; some are known to be ``without`` the words."""
    numbers = reads_as(user)
    given: dict[str, Any] = {
        "ids": list(ids),
        "without": list(without),
        "query": terms.positive,
        "all": numbers is None,
        "readers": numbers or [],
    }
    columns = len(Entry._fields)
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, given)
        return {
            row[0]: (Entry(*row[:columns]), _Texts(*row[columns:])) for row in cursor.fetchall()
        }


def _far(known: dict[int, _Texts], terms: Terms) -> dict[int, str]:
    """Return snippets out of the rest of long texts, where the beginning has none of the words."""
    further, budget = [], _BUDGET
    for pk, texts in known.items():
        if terms.positive and BEGIN not in texts.snippet and _LOOKED_AT < texts.length <= budget:
            further.append(pk)
            budget -= texts.length
    if not further:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FAR, {"ids": further, "query": terms.positive})
        return dict(cursor.fetchall())
