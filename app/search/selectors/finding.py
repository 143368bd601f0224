"""Finds entries: matching is cheap, ranking is not, so only the newest hits are ranked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

import psycopg
from core.errors import InvalidInputError, UnavailableError
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db import OperationalError, connection, transaction
from django.db.models import Func, QuerySet, Value
from django.db.models.functions import Abs, Lower
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from ledger.selectors import accounts
from profiles.selectors.principals import principals

from search.models import SearchEntry
from search.selectors.wanted import LONGEST_QUERY, Wanted

CANDIDATES: Final = 1000
"""The newest hits, which are ranked."""
TITLES: Final = 500
"""Hits in titles that are ranked beside them, when there are more hits than that."""
COUNTED: Final = 10_000
"""Hits are counted up to here."""
FEW: Final = 3
"""With fewer hits titles that are alike are looked for."""
ALIKE: Final = 20
LIKENESS: Final = "0.35"
"""How much of a word's groups of three letters a title must share: two letters that changed places
leave so few. ``pg_trgm`` itself says 0.6."""
SHORTEST: Final = 4
"""Letters; shorter words are like too many others."""
_PLANS: Final = ("enable_seqscan", "enable_indexscan")
"""What is forbidden while words are looked for: every way but by the index of words."""
_KEPT: Final = "_ledgerflow_searched_accounts"
TIMEOUT: Final = 5000
"""Milliseconds that one statement of a search may take."""


class SearchTimeoutError(UnavailableError):
    """The database gave the search up."""

    code = "search_timeout"
    default = "The search took too long. Use rarer words, or narrow it by a date or a type."
    transient = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Words as PostgreSQL understands them, the texts of two ``tsquery``."""

    query: str
    """Empty when all words are too common, or none is a word."""
    positive: str
    """Without what must not be there: ``ts_rank`` of a query with a negation is about 0."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: primary keys of entries, best first."""

    ids: Sequence[int]
    matched: int
    """How many there are, up to ``COUNTED``."""
    is_exact: bool
    """Whether ``matched`` is all of them; otherwise there are more."""
    terms: Terms
    alike: Sequence[int] = ()
    """Of ``ids``, those whose title is only similar to the words."""

    @property
    def ranked_within(self) -> int:
        """How many were ranked and can be looked through."""
        return len(self.ids)


class StoredQuery(SearchQuery):
    """A ``tsquery`` from its own text: to parse its words again would stem them twice."""

    template = "%(expressions)s::tsquery"

    def __init__(self, text: str) -> None:
        """Take the text of a ``tsquery``."""
        super().__init__(text, search_type="raw")


class _Unknown(Func):
    """A value that is not known to the planner.

    Of a phrase it knows better than it should: that no title has it. Then it looks at each title
    with a few of its letters, instead of first leaving out by their index those of other people.
    """

    template = "(SELECT %(expressions)s)"


@contextmanager
def limited(*, words: bool) -> Iterator[None]:
    """Run a search's statements in one transaction that the database ends when they take long.

    Raises ``SearchTimeoutError``. With ``words`` the index of words is used whatever the planner
    thinks: it does not know that a hit without it is a whole text to be unpacked.
    """
    wanted: dict[str, str | None] = {
        "statement_timeout": str(TIMEOUT),
        **dict.fromkeys(_PLANS, "off" if words else "on"),
        # Compiling takes longer than any of these statements.
        "jit": "off",
        "pg_trgm.word_similarity_threshold": LIKENESS,
    }
    nested = connection.in_atomic_block
    try:
        with transaction.atomic():
            before = _set(wanted)
            yield
            if nested:
                _set(before)
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise SearchTimeoutError from error
        raise


def _set(values: dict[str, str | None]) -> dict[str, str | None]:
    """Set variables of the server until the transaction's end; return what they were."""
    names = list(values)
    before = ", ".join("current_setting(%s, true)" for _ in names)
    after = ", ".join("set_config(%s, %s, true)" for _ in names)
    given = [part for name in names for part in (name, values[name])]
    with connection.cursor() as cursor:
        # One round trip; the columns are worked out from left to right.
        cursor.execute(f"SELECT {before}, {after}", [*names, *given])
        return dict(zip(names, cursor.fetchone(), strict=False))


def readable_to(user: User) -> QuerySet[SearchEntry]:
    """Return the entries that ``user`` may see.

    Documents list their readers. Transactions list their account, as a negative number, and a
    person reads as the accounts that they may see: so who reads an account changes at once, with
    no entry written, however many transactions it has.
    """
    entries = SearchEntry.objects.all()
    numbers = reads_as(user)
    return entries if numbers is None else entries.filter(readers__overlap=numbers)


def reads_as(user: User) -> list[int] | None:
    """Return the numbers of which ``readers`` of an entry must have one; none: any will do."""
    return None if user.is_superuser else [*principals(user), *_accounts(user)]


def _accounts(user: User) -> list[int]:
    """Return the numbers of the accounts that ``user`` may see; asked once per user object."""
    kept: list[int] | None = getattr(user, _KEPT, None)
    if kept is None:
        seen = accounts.visible_to(user).order_by().values_list("pk", flat=True)
        kept = [-number for number in seen]
        setattr(user, _KEPT, kept)
    return kept


def find(user: User, wanted: Wanted) -> Found:
    """Return what ``user`` may see of what is ``wanted``, best first; call it within ``limited``.

    Raises ``InvalidInputError`` for words that are too long or no text.
    """
    check_words(wanted.words)
    rows = _filtered(readable_to(user), wanted)
    if not wanted.words.strip():
        return _counted(rows, Terms("", ""))
    terms = _terms(wanted.words)
    if not terms.query:
        return _with_alike(Found((), 0, True, terms), rows, wanted.words)
    matching = rows.filter(vector=StoredQuery(terms.query))
    if not terms.positive:
        # Nearly everything matches, so the newest rows are gone through until there are enough.
        _set(dict.fromkeys(_PLANS, "on"))
        return _counted(matching, terms)
    hits = _ranked(matching, terms, CANDIDATES + 1)
    matched, is_exact = len(hits), True
    if len(hits) > CANDIDATES:
        del hits[CANDIDATES:]
        matched, is_exact = _count(matching)
        named = matching.filter(title_vector=StoredQuery(terms.positive))
        hits += _ranked(named, terms, TITLES, known=[pk for _, _, pk in hits])
    ids = [pk for _, _, pk in sorted(hits, reverse=True)]
    found = Found(ids, matched, is_exact, terms)
    return _with_alike(found, rows, wanted.words) if matched < FEW else found


def check_words(words: str) -> None:
    """Raise ``InvalidInputError`` for words that no search can be made of."""
    wrong = ""
    if len(words) > LONGEST_QUERY:
        wrong = f"Use at most {LONGEST_QUERY} characters."
    elif "\x00" in words or (not words.isascii() and not _is_text(words)):
        wrong = "There is a character in it that no text has."
    if wrong:
        raise InvalidInputError(wrong, fields={"q": wrong})


def _is_text(words: str) -> bool:
    try:
        words.encode()
    except UnicodeEncodeError:  # half of a pair of UTF-16
        return False
    return True


def _terms(words: str) -> Terms:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query::text, querytree(query)"
            " FROM websearch_to_tsquery(%s::regconfig, %s) query",
            [settings.SEARCH_CONFIG, words],
        )
        query, positive = cursor.fetchone()
    return Terms(query, "" if positive == "T" else positive)


def _filtered(rows: QuerySet[SearchEntry], wanted: Wanted) -> QuerySet[SearchEntry]:
    conditions = {
        "kind": wanted.kind or None,
        "document_type__uid": wanted.document_type,
        "account__uid": wanted.account,
        "date__gte": wanted.since,
        "date__lte": wanted.until,
    }
    rows = rows.filter(**{name: value for name, value in conditions.items() if value is not None})
    if wanted.tag:
        rows = rows.filter(tags__contains=[Lower(Value(wanted.tag))])
    if wanted.least is not None:
        rows = rows.filter(GreaterThanOrEqual(Abs("amount"), wanted.least))
    if wanted.most is not None:
        rows = rows.filter(LessThanOrEqual(Abs("amount"), wanted.most))
    return rows


def _newest(rows: QuerySet[SearchEntry]) -> QuerySet[SearchEntry]:
    return rows.order_by("-date", "-pk")


def _counted(rows: QuerySet[SearchEntry], terms: Terms) -> Found:
    """Return the newest rows and how many there are."""
    newest = list(_newest(rows).values_list("pk", flat=True)[: CANDIDATES + 1])
    if len(newest) <= CANDIDATES:
        return Found(newest, len(newest), True, terms)
    return Found(newest[:CANDIDATES], *_count(rows), terms)


def _count(rows: QuerySet[SearchEntry]) -> tuple[int, bool]:
    """Return how many there are, up to ``COUNTED``, and whether that is all of them."""
    counted = rows.order_by().values("pk")[: COUNTED + 1].count()
    return min(counted, COUNTED), counted <= COUNTED


def _ranked(
    rows: QuerySet[SearchEntry], terms: Terms, most: int, known: Sequence[int] = ()
) -> list[tuple[float, date, int]]:
    """Return the newest rows, at most so many, as rank, day and key, the newest first.

    A long text is no better than a short one. Those that are ``known`` already are left out. The
    rank stands outside the limit: inside it PostgreSQL would work out that of every hit.
    """
    newest = _newest(rows).values("pk", "date", "vector")[:most]
    inner, given = newest.query.sql_with_params()
    statement = (
        "SELECT ts_rank(vector, %s::tsquery, 1), date, pk"  # noqa: S608  # nosec B608 - ours
        f" FROM ({inner}) newest WHERE pk <> ALL (%s::bigint[]) ORDER BY date DESC, pk DESC"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [terms.positive, *given, list(known)])
        hits: list[tuple[float, date, int]] = cursor.fetchall()
    return hits


def _with_alike(found: Found, rows: QuerySet[SearchEntry], words: str) -> Found:
    """Add entries whose title has a word that is written almost so."""
    if len(words.strip()) < SHORTEST:
        return found
    similar = rows.filter(title__trigram_word_similar=_Unknown(Value(words)))
    similar = similar.exclude(pk__in=found.ids)
    closest = similar.order_by(TrigramWordSimilarity(words, "title").desc(), "-date", "-pk")
    alike = list(closest.values_list("pk", flat=True)[:ALIKE])
    ids = [*found.ids, *alike]
    return Found(ids, len(ids), True, found.terms, alike)
