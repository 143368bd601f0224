"""The search over a hundred thousand documents, beside the way that suggests itself.

The rival is the naive search: every hit is ranked, and who may see it is asked of a table of
grants. It has the same words, the same index, the same snippets for 20. ``LEDGERFLOW_DOCUMENTS``
and ``LEDGERFLOW_WORDS`` (words of a text, on average) make the benchmark smaller.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from app_database import running, unpacked_programs
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from documents.services import adding
from profiles.selectors.principals import principals
from search.models import SearchEntry
from search.selectors.finding import find, limited
from search.selectors.results import results
from search.selectors.wanted import Wanted
from search.services.rebuild import mend, rebuild
from search_corpus import WORST, Corpus, timed

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(3600),
]
NUMBER = int(os.environ.get("LEDGERFLOW_DOCUMENTS", "100000"))
WORDS = int(os.environ.get("LEDGERFLOW_WORDS", "1100"))
ASKED = 200
UPLOADS = 300
REBUILT = 3000
MANY = "1=1"


@pytest.fixture(scope="session")
def app_postgres():
    """PostgreSQL as in production: its own settings, every commit on the disk."""
    with unpacked_programs() as programs, running(programs, fsync="on") as server:
        yield server


def queries(words: list[str]) -> list[str]:
    """Return what people ask: one word or two, common or rare, a phrase, an exclusion."""
    chosen = random.Random(7)

    def word() -> str:
        return words[int(len(words) ** chosen.uniform(0.35, 1)) - 1]

    forms: list[Callable[[], str]] = [
        word,
        word,
        lambda: f"{word()} {word()}",
        lambda: f"{word()} or {word()}",
        lambda: f'"{word()} {word()}"',
        lambda: f"{word()} -{word()}",
    ]
    return [chosen.choice(forms)() for _ in range(ASKED)]


def search(user: User, words: str, **filters: object) -> int:
    """Find, count, and make 20 snippets, as the page does. Return how many there are."""
    asking = User.objects.get(pk=user.pk)
    with limited(words=bool(words)):
        found = find(asking, Wanted(words=words, **filters))
        results(asking, found.ids[:20], found.terms, found.alike)
    return found.matched


def naive(user: User, words: str) -> int:
    """Rank every hit, with who may see it asked of the grants."""
    seen = (
        "EXISTS (SELECT 1 FROM grants WHERE grants.document_id = entry.document_id"
        " AND principal = ANY(%s))"
    )
    given: list[object] = [words]
    if user.is_superuser:
        seen = MANY
    else:
        given.append(principals(User.objects.get(pk=user.pk)))
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 60000")
        cursor.execute(
            "SELECT entry.id, ts_rank(vector, query, 1) AS rank, count(*) OVER ()"
            " FROM search_searchentry entry,"
            " websearch_to_tsquery('ledgerflow_english', %s) query"
            f" WHERE vector @@ query AND {seen} ORDER BY rank DESC LIMIT 20",
            given,
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT ts_headline(config, body, websearch_to_tsquery('ledgerflow_english', %s))"
            " FROM search_searchentry WHERE id = ANY(%s)",
            [words, [row[0] for row in rows]],
        )
        cursor.fetchall()
        cursor.execute("RESET statement_timeout")
    return rows[0][2] if rows else 0


def measured(name: str, act: Callable[[str], object], asked: list[str]) -> list[float]:
    """Print and return milliseconds: median, 95th and 99th percentile, worst."""
    for words in asked[:10]:
        act(words)
    took = []
    for words in asked:
        begun = time.perf_counter()
        act(words)
        took.append((time.perf_counter() - begun) * 1000)
    return told(name, took)


def told(name: str, took: list[float]) -> list[float]:
    """Print milliseconds, with how busy the machine is; return median, p95, p99 and worst."""
    took.sort()
    figures = [*(took[len(took) * part // 100] for part in (50, 95, 99)), took[-1]]
    said = "  ".join(
        f"{what} {figure:7.1f}"
        for what, figure in zip(("p50", "p95", "p99", "max"), figures, strict=True)
    )
    print(f"{name:<42} {said} ms  (load {os.getloadavg()[0]:.1f})", flush=True)
    return figures


def test_a_hundred_thousand_documents(transactional_db):
    corpus = Corpus(NUMBER, WORDS)
    print()
    corpus.fill()
    print(f"{NUMBER:,} documents, {corpus.bytes / 1e6:.0f} MB of text; {sizes()}")
    _grants(corpus)
    asked = queries(corpus.words)
    ada, root = corpus.ada, corpus.root
    seen = SearchEntry.objects.filter(readers__overlap=principals(ada)).count()
    print(f"the ordinary user sees {seen:,} of them")
    counts = sorted(search(root, words) for words in asked)
    print(f"hits of the queries: median {counts[len(counts) // 2]}, most {counts[-1]}")
    ours = measured("ordinary user", lambda words: search(ada, words), asked)
    rival = measured("  naive", lambda words: naive(ada, words), asked[:100])
    everything = measured("superuser", lambda words: search(root, words), asked)
    rival_all = measured("  naive", lambda words: naive(root, words), asked[:100])
    worst = measured("worst word, ordinary user", lambda words: search(ada, words), [WORST] * 20)
    worst_all = measured("worst word, superuser", lambda words: search(root, words), [WORST] * 20)
    rival_worst = measured("  naive", lambda words: naive(root, words), [WORST] * 3)
    measured(
        "only an exclusion, superuser",
        lambda words: search(root, words),
        [f"-{corpus.words[5]}"] * 10,
    )
    measured(
        "filters without words, ordinary user",
        lambda _: search(ada, "", kind="document"),
        [""] * 30,
    )
    measured(
        "filters without words, superuser", lambda _: search(root, "", kind="document"), [""] * 30
    )
    typos = [words[:-3] + words[-2] + words[-3] + words[-1] for words in corpus.words[-60:]]
    measured("typing mistakes, ordinary user", lambda words: search(ada, words), typos)
    measured("typing mistakes, superuser", lambda words: search(root, words), typos)
    print(
        f"naive / ours: ordinary p95 {rival[1] / ours[1]:.1f}, superuser p95"
        f" {rival_all[1] / everything[1]:.1f}, worst word {rival_worst[0] / worst_all[0]:.1f}"
    )
    uploads = _uploads(corpus)
    _list(corpus)
    _rebuild()
    assert worst[1] < rival_worst[0]
    assert worst_all[1] < rival_worst[0]
    assert len(uploads) == UPLOADS


def _grants(corpus: Corpus) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE grants AS SELECT id AS document_id, unnest(readers) AS principal"
            " FROM documents_document"
        )
        cursor.execute("CREATE UNIQUE INDEX ON grants (document_id, principal)")
        cursor.execute("CREATE INDEX ON grants (principal, document_id)")
        cursor.execute("VACUUM ANALYZE grants")


def sizes() -> str:
    """Return how large the entries are on the disk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_size_pretty(pg_relation_size('search_searchentry')),"
            " pg_size_pretty(pg_table_size('search_searchentry')),"
            " pg_size_pretty(pg_relation_size('search_entry_words')),"
            " pg_size_pretty(pg_relation_size('search_entry_title'))"
        )
        rows, table, words, titles = cursor.fetchone()
    return f"entries {table}, of these rows {rows}; index of words {words}, of titles {titles}"


def _uploads(corpus: Corpus) -> list[float]:
    """Upload 10 kB each by the service; after each one its title is searched for."""
    chosen = random.Random(11)
    added, found = [], []
    for number in range(UPLOADS):
        text = " ".join(chosen.choices(corpus.words, k=1300)).encode()
        title = f"upload{number}y {corpus.words[number]}"
        begun = time.perf_counter()
        sent = adding.receive([text], f"{number}.txt")
        adding.add_document(actor=corpus.ada, sent=sent, title=title)
        stored = time.perf_counter()
        assert search(corpus.ada, f"upload{number}y") >= 1
        found.append((time.perf_counter() - begun) * 1000)
        added.append((stored - begun) * 1000)
    told("upload", added)
    told("upload until its title is found", found)
    return found


def _list(corpus: Corpus) -> None:
    """Count what the list of 25 documents asks, whoever looks at it."""
    for user in (corpus.ada, corpus.people[1], corpus.root):
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/documents/").status_code == 200
        measured(
            f"list of 25, {user}, {len(captured)} queries",
            lambda _, client=client: client.get("/documents/"),
            [""] * 20,
        )
        assert len(captured) <= 10
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/search/", {"q": corpus.words[50]}).status_code == 200
        print(f"page of the search, {user}: {len(captured)} queries")


def _rebuild() -> None:
    """Make a part of the entries anew, while the index is there, and compare all of them."""
    chosen = SearchEntry.objects.order_by("-pk").values("pk")[:REBUILT]
    moment = timezone.now() - timedelta(days=1)
    SearchEntry.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(
        indexed_at=moment - timedelta(days=1)
    )
    took = timed(f"{REBUILT} entries made anew", lambda: rebuild(since=moment))
    print(f"rebuild: {REBUILT / took:.0f} entries a second")
    timed("comparison of all entries", mend)
