"""What tools ask of SearXNG, what they make of its answers, and when it is left alone."""

import re
import threading
import time
from dataclasses import replace

import pytest
import redis
from django.conf import settings as django_settings
from fake_searxng import cut_short, endless, hangs_up, says
from tools import breaker, http
from tools.failures import BreakerOpenError, UpstreamError, UpstreamTimeoutError
from tools.interface import Answer
from tools.models import Tool, ToolRun
from tools.services.running import run
from tools_things import PAYEE, SEARCH, fails, last_run

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_search_asks_what_is_pinned_and_gives_what_is_safe(searxng, ada):
    answer = run(ada, SEARCH, {"q": "coffee", "language": "de", "limit": 2, "time_range": "year"})
    assert searxng.asked == [
        {
            "q": "coffee",
            "language": "de",
            "time_range": "year",
            "format": "json",
            "safesearch": "1",
        }
    ]
    assert [item.url for item in answer.items] == [
        "https://www.coffeeshop-berlin.example/",
        "https://www.tripadvisor.example/coffee",
    ]
    assert answer.notes == ("No answer of google: timeout.",)
    written = last_run()
    assert (written.user, written.tool.path, written.state) == (ada, SEARCH, "done")
    assert (written.result_count, written.from_cache, written.error_code) == (2, False, "")


def test_results_that_lead_nowhere_are_left_out(searxng, ada):
    searxng.reply = says(
        {
            "results": [
                7,
                {"title": 3, "url": "https://a.example/"},
                {"title": "no address"},
                {"title": "file", "url": "file:///etc/passwd"},
                {"title": "data", "url": "data:text/html,x"},
                {"title": "broken", "url": "http://[::1"},
                {"title": "no host", "url": "https:///x"},
                {"title": "misleading", "url": "https://bank.example@evil.example/"},
                {
                    "title": "good",
                    "url": "https://good.example/",
                    "content": ["wrong"],
                    "engine": 1,
                },
            ],
            "unresponsive_engines": {"wrong": "type"},
        }
    )
    (item,) = run(ada, SEARCH, {"q": "x"}).items
    assert (item.title, item.text, item.source) == ("good", "", "")


@pytest.mark.parametrize(
    ("reply", "code", "words"),
    [
        (says(b"Forbidden", 403), "upstream_forbidden", "search.formats .* must list json"),
        (says(b"Who are you", 401), "upstream_forbidden", "who asks"),
        (says(b"Too many", 429), "upstream_forbidden", "server.limiter"),
        (says(b"<html></html>"), "upstream_bad_payload", "did not answer with JSON"),
        (says(b'{"results": [' * 60_000), "upstream_bad_payload", "did not answer with JSON"),
        (says(b"\xff\xfe{"), "upstream_bad_payload", "did not answer with JSON"),
        (says([1]), "upstream_bad_payload", "another shape"),
        (says({"results": "many"}), "upstream_bad_payload", "without a list of results"),
        (says({}), "upstream_bad_payload", "without a list of results"),
        (says(b"", 500), "upstream_bad_payload", "the status 500"),
        (says(b"", 302, Location="http://127.0.0.1:9/"), "upstream_bad_payload", "redirects"),
        (says(b"{}", Content_Encoding="gzip"), "upstream_bad_payload", "packed"),
        (cut_short, "upstream_bad_payload", "before it was whole"),
        (hangs_up, "upstream_bad_payload", "before it was whole"),
        (endless, "upstream_bad_payload", "more than 2 MB"),
    ],
)
def test_whatever_is_wrong_with_the_answer_has_a_code(searxng, ada, reply, code, words):
    searxng.reply = reply
    error = fails(ada, code)
    assert isinstance(error, UpstreamError)
    assert re.search(words, error.message)


def test_a_redirect_is_not_followed(searxng, ada):
    searxng.reply = says(b"", 302, Location=f"{searxng.url}/elsewhere")
    fails(ada, "upstream_bad_payload")
    assert (searxng.gets, len(searxng.asked)) == ([], 1)


def test_no_cookie_is_kept_and_no_proxy_of_the_machine_is_asked(searxng, ada, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    http._client.cache_clear()
    searxng.reply = says({"results": []}, Set_Cookie="a=b; Path=/")
    for word in ("one", "two"):
        assert run(ada, SEARCH, {"q": word}) == Answer()
    assert not any("Cookie" in headers for headers in searxng.headers)


@pytest.mark.parametrize("how", ["hangs", "drips"])
def test_an_answer_that_does_not_come_ends_in_time(searxng, ada, how):
    searxng.reply = getattr(searxng, how)
    Tool.objects.filter(path=SEARCH).update(time_out=0.5)
    fails(ada, "upstream_timeout")
    assert last_run().duration_ms >= 400


def test_a_time_that_is_over_asks_nobody(searxng, ada):
    with pytest.raises(UpstreamTimeoutError):
        run(ada, SEARCH, {"q": "x"}, deadline=time.monotonic() - 1)
    assert breaker.seconds_to_wait("searxng") == 0
    with pytest.raises(UpstreamTimeoutError):
        http.post_json("http://127.0.0.1:9", {}, service="S", forbidden={}, deadline=0.0)
    assert searxng.asked == []


def test_nobody_at_the_address_is_unreachable(searxng, ada, monkeypatch):
    told = replace(django_settings.LEDGERFLOW, searxng_url="http://127.0.0.1:9")
    monkeypatch.setattr(django_settings, "LEDGERFLOW", told)
    fails(ada, "upstream_unreachable")


def test_after_five_failures_nobody_is_asked_until_one_try_succeeds(searxng, ada, redis_cache):
    searxng.reply = says(b"", 500)
    for _ in range(5):
        fails(ada, "upstream_bad_payload")
    error = fails(ada, "breaker_open")
    assert isinstance(error, BreakerOpenError)
    assert 1 <= error.details["retry_after"] <= 60
    fails(ada, "breaker_open", PAYEE, payee="Coffee")
    assert len(searxng.asked) == 5
    pause_ends(redis_cache)
    fails(ada, "upstream_bad_payload")
    fails(ada, "breaker_open")
    assert len(searxng.asked) == 6
    pause_ends(redis_cache)
    searxng.reply = says({"results": []})
    run(ada, SEARCH, {"q": "ledger"})
    run(ada, SEARCH, {"q": "others"})
    assert len(searxng.asked) == 8


def test_only_one_try_goes_out_after_the_pause(redis_cache):
    for _ in range(5):
        breaker.failed("s")
    assert 1 <= breaker.seconds_to_wait("s") <= 60
    pause_ends(redis_cache)
    outcomes: list[int] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(breaker.seconds_to_wait("s")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert outcomes.count(0) == 1


def pause_ends(server) -> None:
    """Let the minute of every breaker be over."""
    with redis.Redis(port=server.port) as client:
        assert client.delete(*client.keys("ledgerflow:breaker:*:open")) == 1


def test_a_payee_is_looked_up_by_the_search_tool(searxng, ada):
    answer = run(ada, PAYEE, {"payee": "SQ *COFFEE SHOP 4471 BERLIN", "language": "de"})
    assert searxng.asked == [
        {"q": "COFFEE SHOP BERLIN", "language": "de", "format": "json", "safesearch": "1"}
    ]
    assert answer.facts == {
        "Asked in the web": "COFFEE SHOP BERLIN",
        "Name": "Coffee Shop Berlin",
        "Website": "https://www.coffeeshop-berlin.example/",
        "Category": "Eating out",
    }
    assert [item.title for item in answer.items] == ["Coffee Shop Berlin", "Coffee Shop (Berlin)"]
    paths = list(ToolRun.objects.order_by("id").values_list("path", flat=True))
    assert paths == [SEARCH, PAYEE]


def test_a_payee_without_a_name_asks_nobody(searxng, ada):
    error = fails(ada, "invalid_input", PAYEE, payee="4111 1111 1111 1111 VISA 12.03.2024")
    assert "no name" in error.fields["payee"]
    assert searxng.asked == []


def test_nothing_found_is_an_answer(searxng, ada):
    searxng.reply = says({"results": []})
    answer = run(ada, PAYEE, {"payee": "Unheard of"})
    assert (answer.items, answer.facts) == ((), {"Asked in the web": "Unheard of"})
