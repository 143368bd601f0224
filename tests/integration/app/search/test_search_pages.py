"""The pages of the search, as people and programs ask for them."""

from pathlib import Path

import pytest
from app_pages import HTMX, text_of
from core.models import AuditEvent
from django.urls import reverse
from documents.services import changing
from ledger_things import account_of, imported
from query_counts import counted
from search.models import SavedSearch
from search.selectors import finding
from search_things import document_of, read, saved_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
FILE = Path(__file__).with_name("queries.json")
SEARCH = "/search/"
JSON = {"accept": "application/json"}


def test_documents_and_transactions_stand_in_one_list(signed_in, ada):
    account = account_of(ada)
    imported(ada, account)
    document = document_of(ada, "Coffee machine", "an espresso maker, with coffee & milk")
    changing.set_tags(actor=ada, document=document, names=["Kitchen"])
    shown = signed_in.get(SEARCH, {"q": "coffee"})
    page = text_of(shown)
    assert "3 found." in page
    assert f'href="{reverse("documents:detail", args=[document.uid])}"' in page
    assert page.count("/ledger/transactions/") >= 2
    assert "with <mark>coffee</mark> &amp; milk" in page
    for words in ("Kitchen", "Current", "\N{MINUS SIGN}12.50"):
        assert words in page
    assert page.count("<form") == 3  # log out, search, save
    assert "<html" in page


def test_htmx_gets_the_results_alone(signed_in, ada):
    document_of(ada, "Lantern")
    part = signed_in.get(SEARCH, {"q": "lantern"}, headers=HTMX)
    assert "<html" not in text_of(part)
    assert 'id="results"' in text_of(part)
    assert "HX-Request" in part.headers["Vary"]
    wrong = signed_in.get(SEARCH, {"since": "nonsense"}, headers=HTMX)
    assert wrong.status_code == 200
    assert "From: Enter a valid date." in text_of(wrong)
    back = {**HTMX, "hx-history-restore-request": "true"}
    assert "<html" in text_of(signed_in.get(SEARCH, {"q": "lantern"}, headers=back))


def test_nothing_asked_and_nothing_found(signed_in, ada):
    document_of(ada, "Lantern")
    page = text_of(signed_in.get(SEARCH))
    assert "found" not in page
    assert "None yet." in page
    assert "Nothing is found." in text_of(signed_in.get(SEARCH, {"q": "submarine"}))
    alike = text_of(signed_in.get(SEARCH, {"q": "lantrn"}))
    assert "these titles are written almost so" in alike
    assert "Similar title" in alike


def test_filters_that_are_set_are_seen(signed_in):
    assert "<details open>" in text_of(signed_in.get(SEARCH, {"tag": "house"}))
    assert "<details open>" in text_of(signed_in.get(SEARCH, {"since": "nonsense"}))
    assert "<details>" in text_of(signed_in.get(SEARCH, {"q": "house"}))


def test_pages_of_many(signed_in, ada, monkeypatch):
    for number in range(23):
        document_of(ada, f"Lantern {number}")
    first = text_of(signed_in.get(SEARCH, {"q": "lantern"}))
    assert "23 found." in first
    assert "q=lantern&amp;page=2" in first
    second = text_of(signed_in.get(SEARCH, {"q": "lantern", "page": "2"}))
    assert second.count('<li class="panel"') == 3
    monkeypatch.setattr(finding, "CANDIDATES", 21)
    monkeypatch.setattr(finding, "COUNTED", 22)
    many = text_of(signed_in.get(SEARCH, {"kind": "document"}))
    assert "More than 22 found; the newest 21 of them are listed." in many


def test_what_is_partly_indexed_says_so(signed_in, ada):
    document = document_of(ada, "Lantern", "short")
    read(document, "short", is_cut=True)
    assert "Partly indexed" in text_of(signed_in.get(SEARCH, {"q": "lantern"}))


WRONG = [
    ({"q": "a" * 401}, "q"),
    ({"q": "a\x00"}, "q"),
    ({"since": "2026-02-30"}, "since"),
    ({"since": "2026-02-02", "until": "2026-02-01"}, "until"),
    ({"least": "10", "most": "9.99"}, "most"),
    ({"least": "NaN"}, "least"),
    ({"least": "-1"}, "least"),
    ({"kind": "everything"}, "kind"),
    ({"type": "x"}, "type"),
    ({"account": "00000000-0000-4000-8000-000000000000"}, "account"),
    ({"tag": "\x00"}, "tag"),
]


@pytest.mark.parametrize(("data", "field"), WRONG)
def test_bad_input_is_said_beside_its_field(signed_in, data, field):
    page = signed_in.get(SEARCH, data)
    assert page.status_code == 400
    assert f'id="id_{field}_error"' in text_of(page)
    problem = signed_in.get(SEARCH, data, headers=JSON)
    assert problem.status_code == 400
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert set(problem.json()["fields"]) == {field}


def test_an_account_of_somebody_else_is_none(signed_in, stranger):
    hidden = account_of(stranger, "Hidden treasure")
    response = signed_in.get(SEARCH, {"account": str(hidden.uid)})
    assert response.status_code == 400
    assert "Hidden treasure" not in text_of(response)


def test_programs_get_json(signed_in, ada):
    imported(ada, account_of(ada))
    document = document_of(ada, "Coffee machine", "with 1 < 2 coffee")
    answer = signed_in.get(SEARCH, {"q": "coffee"}, headers=JSON).json()
    assert (answer["matched"], answer["matched_is_exact"], answer["ranked_within"]) == (3, True, 3)
    assert (answer["page"], answer["pages"]) == (1, 1)
    found = {each["title"]: each for each in answer["results"]}
    machine = found["Coffee machine"]
    assert machine["uid"] == str(document.uid)
    assert machine["url"] == reverse("documents:detail", args=[document.uid])
    assert machine["snippet_html"] == "with 1 &lt; 2 <mark>coffee</mark>"
    assert (machine["account"], machine["amount"], machine["tags"]) == (None, None, [])
    row = found["Coffee & Co"]
    assert (row["amount"], row["currency"], row["account"]) == ("-12.5000", "EUR", "Current")
    assert row["date"] == "2024-01-15"
    empty = signed_in.get(SEARCH, headers=JSON)
    assert (empty.status_code, empty.json()["code"]) == (400, "invalid_input")


def test_a_search_that_takes_too_long_says_what_to_do(signed_in, ada, monkeypatch):
    def slow(*_):
        raise finding.SearchTimeoutError

    monkeypatch.setattr("search.views.pages.find", slow)
    page = signed_in.get(SEARCH, {"q": "lantern"})
    assert page.status_code == 503
    assert "Use rarer words" in text_of(page)
    problem = signed_in.get(SEARCH, {"q": "lantern"}, headers=JSON)
    assert (problem.status_code, problem.json()["code"]) == (503, "search_timeout")


def test_a_search_is_saved_run_and_removed(signed_in, ada):
    document_of(ada, "Lantern")
    form = {"q": "lantern", "kind": "document", "tag": "", "name": "  My   lamps "}
    saved = signed_in.post(reverse("search:save"), form)
    own = SavedSearch.objects.get()
    assert (own.name, own.query) == ("My lamps", {"q": "lantern", "kind": "document"})
    ran = signed_in.get(saved.headers["Location"])
    assert ran.headers["Location"] == "/search/?q=lantern&kind=document"
    page = text_of(signed_in.get(ran.headers["Location"]))
    assert "My lamps" in page
    assert "1 found." in page
    assert "My lamps" in text_of(signed_in.get("/"))
    again = signed_in.post(reverse("search:save"), {**form, "name": "MY LAMPS"})
    assert again.status_code == 400
    assert "Choose another" in text_of(again)
    assert signed_in.post(reverse("search:remove", args=[own.uid])).status_code == 302
    assert not SavedSearch.objects.exists()
    verbs = AuditEvent.objects.filter(object_uid=own.uid).values_list("verb", flat=True)
    assert sorted(verbs) == ["removed", "saved"]


@pytest.mark.parametrize(
    "form",
    [
        {"name": "empty"},
        {"q": "lantern", "name": " "},
        {"q": "lantern", "name": "x" * 81},
        {"q": "lantern", "name": "a\x00"},
        {"since": "nonsense", "name": "wrong"},
    ],
)
def test_what_cannot_be_saved_is_told(signed_in, form):
    assert signed_in.post(reverse("search:save"), form).status_code == 400
    assert not SavedSearch.objects.exists()


def test_two_people_may_use_one_name_and_nobody_has_too_many(signed_in, ada, stranger, monkeypatch):
    saved_of(stranger, "Lamps")
    saved_of(ada, "Lamps")
    monkeypatch.setattr("search.services.saved.MOST", 1)
    response = signed_in.post(reverse("search:save"), {"q": "lantern", "name": "Another"})
    assert response.status_code == 409


def test_administrators_see_entries_without_the_texts(client, administrator, ada):
    document = document_of(ada, "Lantern", "a secret text")
    client.force_login(administrator)
    assert client.get("/admin/search/searchentry/").status_code == 200
    entry = document.search_entry
    shown = client.get(f"/admin/search/searchentry/{entry.pk}/change/")
    assert shown.status_code == 200
    assert "a secret text" not in text_of(shown)


@pytest.mark.parametrize("who", ["ada", "administrator"])
def test_a_page_asks_as_often_as_noted(client, request, who):
    user = request.getfixturevalue(who)
    imported(user, account_of(user))
    for number in range(5):
        document = document_of(user, f"Lantern {number}", "a light")
        changing.set_tags(actor=user, document=document, names=["a", str(number)])
    client.force_login(user)
    for query in ("q=lantern", "kind=document", "q=lantrn", ""):
        with counted(FILE, f"{query or 'nothing'} as {who}", 18):
            assert client.get(f"{SEARCH}?{query}").status_code == 200
