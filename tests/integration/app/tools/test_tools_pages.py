"""The pages of tools: the form, the answer, what is off, and how many queries they ask."""

import re
from html import unescape
from pathlib import Path

import pytest
from app_pages import HTMX, text_of
from core.actions import offers
from django.urls import reverse
from fake_searxng import says
from ledger_things import transaction_of
from query_counts import counted
from tools.models import RunState, Tool, ToolPackage, ToolRun
from tools.selectors.tools import Drift, drift

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
FILE = Path(__file__).with_name("queries.json")
SEARCH = "/tools/search_tool/search_web/"
PAYEE = "/tools/payee_tool/lookup_payee/"


def test_a_person_searches_the_web_without_javascript(signed_in, searxng):
    listed = text_of(signed_in.get("/tools/"))
    assert f'href="{SEARCH}"' in listed
    assert 'href="/tools/" aria-current="page"' in listed
    page = text_of(signed_in.get(SEARCH, {"q": "cof<fee", "evil": "x"}))
    assert 'value="cof&lt;fee"' in page
    assert "<dt><code>safesearch</code>, pinned</dt><dd>1</dd>" in page
    assert 'name="safesearch"' not in page
    page = text_of(signed_in.post(SEARCH, {"q": "coffee"}))
    assert page.startswith("<!doctype html>")
    assert 'rel="noopener noreferrer nofollow">Coffee Shop Berlin' in page
    assert "<b>bold" not in page
    assert "&lt;b&gt;bold" in page
    assert "javascript:" not in page
    assert "No answer of google: timeout." in page
    assert 'data-label="Asked" class="long">q: coffee' in page


def test_links_of_results_tell_nobody_where_they_come_from(signed_in, searxng):
    page = text_of(signed_in.post(PAYEE, {"payee": "COFFEE SHOP BERLIN"}))
    links = re.findall(r'<a href="(?!/)[^>]*>', page)
    assert len(links) >= 3
    assert all('rel="noopener noreferrer nofollow"' in link for link in links)


def test_htmx_gets_the_answer_alone(signed_in, searxng):
    response = signed_in.post(SEARCH, {"q": "coffee"}, headers=HTMX)
    assert text_of(response).startswith("<section")
    assert "HX-Request" in response.headers["Vary"]
    page = text_of(signed_in.get(SEARCH, headers=HTMX))
    assert page.startswith("<!doctype html>"), "htmx goes back"
    searxng.reply = says(b"", 403)
    response = signed_in.post(SEARCH, {"q": "other"}, headers=HTMX)
    assert (response.status_code, response.headers["HX-Retarget"]) == (503, "#messages")
    assert "search.formats of its settings.yml must list json" in text_of(response)
    response = signed_in.post(SEARCH, {"pageno": "many"}, headers=HTMX)
    assert response.status_code == 400
    assert "q: This field is required" in text_of(response)


def test_mistakes_stand_beside_their_fields(signed_in, searxng):
    response = signed_in.post(SEARCH, {"q": "x", "language": "../x", "pageno": "9"})
    assert response.status_code == 400
    page = text_of(response)
    assert 'id="id_language_error"' in page
    assert 'id="id_pageno_error"' in page
    assert page.count('id="id_language_error"') == 1
    assert searxng.asked == []


def test_a_service_that_is_away_is_said_on_the_page(signed_in, searxng):
    searxng.reply = says(b"", 500)
    response = signed_in.post(SEARCH, {"q": "x"})
    assert response.status_code == 503
    assert "upstream_bad_payload" in text_of(response)
    assert 'value="x"' in text_of(response)


def test_too_many_runs_are_told_when_to_come_back(signed_in, searxng):
    Tool.objects.update(rate=1)
    signed_in.post(SEARCH, {"q": "x"})
    for headers in ({}, HTMX):
        response = signed_in.post(SEARCH, {"q": "x"}, headers=headers)
        assert response.status_code == 429
        assert 1 <= int(response.headers["Retry-After"]) <= 60


def test_what_is_off_or_not_there_is_said(signed_in, searxng, administrator):
    assert signed_in.get("/tools/search_tool/other/").status_code == 404
    ToolPackage.objects.filter(name="search_tool").update(enabled=False)
    assert SEARCH not in text_of(signed_in.get("/tools/"))
    page = text_of(signed_in.get(SEARCH))
    assert "This tool is switched off" in page
    assert 'name="q"' not in page
    assert signed_in.post(SEARCH, {"q": "x"}).status_code == 409
    Tool.objects.filter(path="tools.payee_tool.lookup_payee").delete()
    assert "No tool is switched on" in text_of(signed_in.get("/tools/"))
    assert "switched off" in text_of(signed_in.get(PAYEE))
    signed_in.force_login(administrator)
    page = text_of(signed_in.get("/tools/"))
    assert "Where code and database disagree" in page
    assert "in the code only" in page
    assert drift() == {"tools.payee_tool.lookup_payee": Drift.CODE_ONLY}


def test_without_the_permission_there_is_no_page(signed_in, searxng):
    Tool.objects.update(permission="tools.view_toolrun")
    assert signed_in.get(SEARCH).status_code == 403
    assert signed_in.post(SEARCH, {"q": "x"}).status_code == 403


def test_the_ledger_offers_to_look_a_payee_up(signed_in, searxng, ada):
    row = transaction_of(ada)
    page = text_of(signed_in.get(reverse("ledger:transaction", args=[row.uid])))
    form = re.search(rf'<form method="post" action="{PAYEE}".*?</form>', page, re.DOTALL)[0]
    value = re.search(r'name="payee" value="([^"]*)"', form)[1]
    assert unescape(value) == "Coffee & Co"
    assert f'hx-post="{PAYEE}" hx-target="#offer-1"' in form
    assert 'id="offer-1"' in page
    answer = text_of(signed_in.post(PAYEE, {"payee": unescape(value)}, headers=HTMX))
    assert "<dt>Asked in the web</dt><dd>Coffee &amp; Co</dd>" in answer
    assert text_of(signed_in.post(PAYEE, {"payee": "Coffee"})).startswith("<!doctype html>")


def test_nothing_is_offered_where_there_is_no_payee():
    assert offers("ledger.transaction", {"payee": ""}) == ()
    assert offers("elsewhere", {"payee": "Coffee"}) == ()


@pytest.mark.parametrize("who", ["ada", "administrator"])
@pytest.mark.parametrize("page", ["/tools/", SEARCH])
def test_a_page_of_tools_asks_as_often_as_noted(client, request, who, page):
    user = request.getfixturevalue(who)
    ToolRun.objects.bulk_create(
        ToolRun(path="x", user=user, state=RunState.DONE, duration_ms=1) for _ in range(60)
    )
    client.force_login(user)
    with counted(FILE, f"{page} as {who}"):
        assert client.get(page).status_code == 200


def test_a_run_asks_as_often_as_noted(signed_in, searxng):
    with counted(FILE, "a search"):
        signed_in.post(SEARCH, {"q": "x"}, headers=HTMX)
