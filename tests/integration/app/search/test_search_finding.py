"""What is found, in which order, and what is shown of it."""

from datetime import date
from decimal import Decimal

import pytest
from core.errors import InvalidInputError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from documents.models import DocumentType
from documents.services import changing
from documents.services.types import save_type
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from ledger_things import account_of, imported
from search.models import SearchEntry
from search.selectors import finding
from search.selectors import results as shown
from search.selectors.finding import SearchTimeoutError, limited
from search_things import document_of, read, searched, titles

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_words_phrases_alternatives_and_exclusions(ada):
    document_of(ada, "First", "the red bicycle is quick")
    document_of(ada, "Second", "the bicycle is red")
    document_of(ada, "Third", "a green boat")
    assert sorted(titles(ada, "red bicycles")) == ["First", "Second"]
    assert titles(ada, '"red bicycle"') == ["First"]
    assert sorted(titles(ada, "quick or boat")) == ["First", "Third"]
    assert titles(ada, "bicycle -quick") == ["Second"]
    assert titles(ada, "-bicycle") == ["Third"]
    assert titles(ada, "the") == []
    assert titles(ada, "...") == []


def test_titles_come_before_labels_and_labels_before_texts(ada):
    texts = document_of(ada, "One", "a word about a lighthouse and more")
    labels = document_of(ada, "Two", "nothing of it")
    changing.set_tags(actor=ada, document=labels, names=["Lighthouse"])
    document_of(ada, "Lighthouse", "nothing of it")
    assert titles(ada, "lighthouse") == ["Lighthouse", "Two", "One"]
    assert texts.title == "One"


def test_a_query_with_an_exclusion_is_ranked_too(ada):
    document_of(ada, "Lighthouse", "a tower")
    for number in range(3):
        document_of(ada, f"Later {number}", "the lighthouse stands far away from the town")
    assert titles(ada, "lighthouse -boat")[0] == "Lighthouse"


def test_accents_and_capitals_do_not_matter(ada):
    document_of(ada, "Café Müller", "Überweisung")
    for words in ("cafe", "CAFÉ", "muller", "Müller", "uberweisung"):
        assert titles(ada, words) == ["Café Müller"], words


def test_filters_narrow_with_and_without_words(ada):
    account, other = account_of(ada), account_of(ada, "Other")
    imported(ada, account)
    fields = {name: {"type": "string"} for name in ("date", "amount", "currency")}
    schema = {"type": "object", "properties": fields}
    kind = save_type(actor=None, document_type=DocumentType(name="Bill", schema=schema))
    document = document_of(ada, "Coffee machine", "an espresso maker")
    said = {"date": "2024-01-20", "amount": "12.50", "currency": "EUR"}
    changing.describe(actor=ada, document=document, document_type=kind, metadata=said)
    changing.set_tags(actor=ada, document=document, names=["KITCHEN", "Ämter"])
    coffee, machine = "Coffee & Co", "Coffee machine"
    for filters, expected in (
        ({"kind": "transaction"}, [coffee, coffee]),
        ({"kind": "document"}, [machine]),
        ({"document_type": kind.uid}, [machine]),
        ({"tag": "kitchen"}, [machine]),
        ({"tag": "ämter"}, [machine]),
        ({"tag": "kit"}, []),
        ({"account": account.uid}, [coffee, coffee]),
        ({"account": other.uid}, []),
        ({"since": date(2024, 1, 16)}, [machine]),
        ({"until": date(2024, 1, 16)}, [coffee, coffee]),
        ({"least": Decimal("12.5"), "most": Decimal("12.5")}, [machine, coffee, coffee]),
        ({"least": Decimal("12.51")}, []),
        ({"most": Decimal("12.49")}, []),
        ({"tag": "kitchen", "kind": "document", "since": date(2024, 1, 20)}, [machine]),
    ):
        assert sorted(titles(ada, "coffee", **filters)) == sorted(expected), filters
    assert titles(ada, kind="document") == [machine]
    assert titles(ada, since=date(2024, 1, 16)) == [machine, "Employer"]
    assert titles(ada, least=Decimal(1000)) == ["Employer"]


def test_titles_that_are_written_almost_so_are_found_when_little_else_is(ada, stranger):
    document_of(ada, "Invoice of March")
    found, rows = searched(ada, "invioce")
    assert [row.entry.title for row in rows] == ["Invoice of March"]
    assert rows[0].is_alike
    assert (found.matched, found.is_exact) == (1, True)
    assert searched(stranger, "invioce")[0].matched == 0
    for number in range(3):
        document_of(ada, f"Notes {number}", "an invioce with a mistake")
    assert searched(ada, "invioce")[0].alike == ()
    assert len(searched(ada, "invioce", kind="transaction")[0].ids) == 0


def test_snippets_mark_words_and_nothing_of_a_text_is_html(ada):
    begin, end = shown.BEGIN, shown.END
    text = f"1 <script>alert(1)</script> {end}a <b>lantern</b>{begin} & < more" + " filler" * 60
    read(document_of(ada, "A 'lantern' & <more"), text)
    (row,) = searched(ada, "lanterns")[1]
    assert row.title == "A &#x27;<mark>lantern</mark>&#x27; &amp; &lt;more"
    assert "<mark>lantern</mark>" in row.snippet
    for part in (row.snippet, row.title):
        assert part.count("<mark>") == part.count("</mark>") == 1
        assert "<" not in part.replace("<mark>", "").replace("</mark>", "")
    assert begin not in row.snippet + row.title
    document_of(ada, "The <i>lighthouse</i>")
    assert searched(ada, "lighthouse")[1][0].title == (
        "The &lt;i&gt;<mark>lighthouse</mark>&lt;/i&gt;"
    )
    without_words = searched(ada)[1][1]
    assert "alert(1)" in without_words.snippet
    assert "<mark>" not in without_words.snippet + without_words.title


def test_a_snippet_is_found_far_in_a_text(ada, monkeypatch):
    document_of(ada, "Far", "lorem ipsum " * 3000 + "the lantern glows")
    assert "<mark>lantern</mark> glows" in searched(ada, "lantern")[1][0].snippet
    monkeypatch.setattr(shown, "_BUDGET", 30_000)
    assert searched(ada, "lantern")[1][0].snippet.startswith("lorem ipsum")


def test_a_similar_title_costs_no_search_of_its_text(ada):
    document_of(ada, "Lantern", "lorem ipsum " * 3000 + "made of brass")
    with CaptureQueriesContext(connection) as captured:
        (row,) = searched(ada, "lantrn")[1]
    assert row.is_alike
    assert row.snippet.startswith("lorem ipsum")
    assert "substr(" not in "".join(query["sql"] for query in captured)


def test_what_was_excluded_but_has_a_similar_title_is_marked(ada):
    document_of(ada, "Lantern", "lorem ipsum " * 200 + "a lantern, made of brass")
    (row,) = searched(ada, "lantern -brass")[1]
    assert row.is_alike
    assert "<mark>lantern</mark>, made of brass" in row.snippet


def test_many_hits_are_counted_and_the_newest_are_ranked(ada, monkeypatch):
    monkeypatch.setattr(finding, "CANDIDATES", 3)
    monkeypatch.setattr(finding, "TITLES", 2)
    monkeypatch.setattr(finding, "COUNTED", 7)
    document_of(ada, "Lighthouse of old", "a tower")
    for number in range(5):
        document_of(ada, f"Later {number}", "the lighthouse")
    SearchEntry.objects.filter(title="Lighthouse of old").update(date=date(2001, 1, 1))
    found, rows = searched(ada, "lighthouse")
    assert (found.matched, found.is_exact, found.ranked_within) == (6, True, 4)
    assert rows[0].entry.title == "Lighthouse of old"
    assert titles(ada, "lighthouse -tower") == ["Later 4", "Later 3", "Later 2"]
    found = searched(ada)[0]
    assert (found.matched, found.is_exact, found.ranked_within) == (6, True, 3)
    for number in range(2):
        document_of(ada, f"Latest {number}", "the lighthouse")
    found = searched(ada, "lighthouse")[0]
    assert (found.matched, found.is_exact) == (7, False)
    assert set(found.terms.positive.split("'")) >= {"lighthous"}


def test_a_stranger_learns_nothing(ada, stranger, monkeypatch):
    monkeypatch.setattr(finding, "CANDIDATES", 3)
    for number in range(5):
        document_of(ada, f"Treasure {number}", "a hidden treasure")
    imported(ada, account_of(ada))
    own = document_of(stranger, "My own", "a treasure of mine")
    for words in ("treasure", "hidden", "treasure -tower", "treazure", "employer", "-nothing", ""):
        found, rows = searched(stranger, words)
        assert {row.entry.uid for row in rows} <= {own.uid}, words
        assert found.matched == found.ranked_within <= 1, words
    # Asked for by their keys, they are not shown either.
    keys = list(SearchEntry.objects.values_list("pk", flat=True))
    terms = searched(ada, "treasure")[0].terms
    rows = shown.results(stranger, keys, terms, ())
    assert [row.entry.title for row in rows] == ["My own"]


def test_an_administrator_finds_everything(ada, administrator):
    document_of(ada, "Treasure")
    imported(ada, account_of(ada))
    assert titles(administrator, "treasure") == ["Treasure"]
    assert len(titles(administrator)) == 4


def test_the_database_ends_what_takes_too_long(ada):
    def sleep() -> None:
        with limited(words=True), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(10)")

    with pytest.raises(SearchTimeoutError, match="took too long"):
        sleep()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0",)


def test_a_search_leaves_the_connection_as_it_was(ada):
    with limited(words=True):
        pass
    names = ("statement_timeout", "enable_seqscan", "enable_indexscan")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(%s), current_setting(%s), current_setting(%s)", names
        )
        assert cursor.fetchone() == ("0", "on", "on")


def test_words_are_looked_for_by_their_index(ada):
    """However small the table is, and however many have the word."""
    document_of(ada, "Lantern")
    with limited(words=True):
        rows = finding.readable_to(ada).filter(vector=finding.StoredQuery("'lantern'"))
        plan = rows.order_by("-date", "-pk")[:1001].explain()
    assert "Bitmap Index Scan on search_entry_words" in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "vector @@" in condition
    assert "readers &&" in condition


@pytest.mark.parametrize("words", ["a" * 401, "a\x00b", "\ud800"])
def test_what_is_no_query_is_told(ada, words):
    with pytest.raises(InvalidInputError) as raised:
        searched(ada, words)
    assert set(raised.value.fields) == {"q"}


OPERATORS = st.sampled_from(
    ['"', "'", "-", "or", "OR", "&", "|", "!", "<->", ":*", "(", ")", "\\", "%", "_", "<2>", "😀",
     "lantern", "LANTERNS", " ", "a:b", "'':A", "$1", "%s", "%(x)s", "\u202e", "İ", "ﬁ", "http://a.b/c?d"]
)  # fmt: skip
QUERIES = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=400),
    st.lists(OPERATORS, max_size=40).map("".join).map(lambda text: text[:400]),
    st.lists(OPERATORS, max_size=40).map(" ".join).map(lambda text: text[:400]),
)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=QUERIES)
def test_no_text_is_a_query_that_fails(lanterns, words):
    found, rows = searched(lanterns, words)
    assert len(rows) == min(len(found.ids), 20)
    assert found.matched <= 2
    for row in rows:
        assert row.snippet.count("<mark>") == row.snippet.count("</mark>")


@pytest.fixture
def lanterns(ada):
    """Two documents, and their owner."""
    document_of(ada, "Lantern", "A lantern of 'brass' & \\ glass; http://a.b/c?d 100%")
    document_of(ada, "Ship", "No light")
    return ada
