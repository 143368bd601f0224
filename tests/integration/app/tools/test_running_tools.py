"""The service that runs tools: who may, how often, what is kept, what is written down."""

import json
import re
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from core.errors import InvalidInputError, PermissionDeniedError, RateLimitedError
from core.jobs.registry import find_handler
from core.models import Job
from django.conf import settings as django_settings
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone
from fake_searxng import cut_short, endless, hangs_up, says
from tools import breaker, http, registry
from tools.failures import (
    BreakerOpenError,
    DisabledError,
    NotRegisteredError,
    UpstreamError,
    UpstreamTimeoutError,
)
from tools.interface import Answer
from tools.models import Tool, ToolPackage, ToolRun
from tools.services.running import run

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

SEARCH = "tools.search_tool.search_web"
PAYEE = "tools.payee_tool.lookup_payee"


def last_run() -> ToolRun:
    return ToolRun.objects.order_by("-id")[0]


def fails(actor: User, code: str, path: str = SEARCH, **parameters: object) -> Exception:
    """Run, and return the error, which must have this code, as must the row of the log."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the code is looked at
        run(actor, path, parameters or {"q": "ledger"})
    assert caught.value.error_code == code
    assert (last_run().error_code, last_run().state) == (code, "failed")
    return caught.value


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


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "   "}, "q"),
        ({"q": "x" * 401}, "q"),
        ({"q": 7}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "a\u2028b"}, "q"),
        ({"q": "x\n"}, "q"),
        ({"q": "x", "safesearch": 0}, "safesearch"),
        ({"q": "x", "format": "html"}, "format"),
        ({"q": "x", "pageno": 6}, "pageno"),
        ({"q": "x", "limit": 51}, "limit"),
        ({"q": "x", "categories": "onions"}, "categories"),
        ({"q": "x", "engines": "evil"}, "engines"),
        ({"q": "x", "time_range": "decade"}, "time_range"),
        ({"q": "x", "language": "../de"}, "language"),
        ({"q": "x", "url": "http://elsewhere"}, "url"),
    ],
)
def test_parameters_that_do_not_fit_ask_nobody(searxng, ada, given, field):
    with pytest.raises(InvalidInputError) as caught:
        run(ada, SEARCH, given)
    assert set(caught.value.fields) == {field}
    assert last_run().error_code == "invalid_input"
    assert searxng.asked == []


def test_what_is_pinned_wins_and_defaults_give_way(searxng, ada):
    Tool.objects.filter(path=SEARCH).update(
        pinned={"format": "json", "safesearch": 2, "categories": "news"}, defaults={"pageno": 2}
    )
    run(ada, SEARCH, {"q": "x"})
    run(ada, SEARCH, {"q": "x", "pageno": 3})
    sent = [(each["safesearch"], each["categories"], each["pageno"]) for each in searxng.asked]
    assert sent == [("2", "news", "2"), ("2", "news", "3")]
    error = fails(ada, "invalid_input", q="x", categories="news")
    assert "pinned" in error.fields["categories"]


def test_a_row_cannot_widen_what_code_allows(searxng, ada):
    Tool.objects.filter(path=SEARCH).update(pinned={"safesearch": 0})
    fails(ada, "invalid_input")
    assert searxng.asked == []


def test_a_row_that_no_longer_fits_the_code_is_off(searxng, ada, monkeypatch):
    definition = registry.find(SEARCH)
    schema = {**definition.schema, "properties": {"q": {"type": "string"}}}
    monkeypatch.setitem(registry._definitions, SEARCH, replace(definition, schema=schema))
    assert "An administrator can set it right" in fails(ada, "disabled").message
    Tool.objects.filter(path=SEARCH).update(pinned={})
    assert run(ada, SEARCH, {"q": "x"}).items


def test_only_what_is_registered_and_switched_on_runs(searxng, ada):
    assert isinstance(fails(ada, "not_registered", "tools.other_tool.run"), NotRegisteredError)
    assert last_run().tool is None
    Tool.objects.create(
        package=ToolPackage.objects.get(name="search_tool"),
        path="os.system",
        enabled=True,
        signature="",
    )
    fails(ada, "not_registered", "os.system")
    Tool.objects.filter(path=SEARCH).update(enabled=False)
    assert isinstance(fails(ada, "disabled"), DisabledError)
    Tool.objects.filter(path=SEARCH).update(enabled=True)
    ToolPackage.objects.filter(name="search_tool").update(enabled=False)
    fails(ada, "disabled")
    Tool.objects.filter(path=SEARCH).delete()
    fails(ada, "disabled")
    assert searxng.asked == []


def test_a_further_permission_of_the_row_is_needed_too(searxng, ada):
    Tool.objects.filter(path=SEARCH).update(permission="tools.view_toolrun")
    assert isinstance(fails(ada, "permission_denied"), PermissionDeniedError)
    ada.user_permissions.add(Permission.objects.get(codename="view_toolrun"))
    assert run(User.objects.get(pk=ada.pk), SEARCH, {"q": "x"}).items


def test_the_rate_is_of_a_person_and_a_tool(searxng, ada, stranger, redis_cache):
    Tool.objects.filter(path=SEARCH).update(rate=2)
    for word in ("one", "two"):
        run(ada, SEARCH, {"q": word})
    error = fails(ada, "rate_limited")
    assert isinstance(error, RateLimitedError)
    assert 1 <= error.details["retry_after"] <= 60
    assert len(searxng.asked) == 2
    assert run(stranger, SEARCH, {"q": "three"}).items


def test_the_same_question_is_answered_from_the_cache_for_a_while(searxng, ada, redis_cache):
    first = run(ada, SEARCH, {"q": "coffee"})
    assert run(ada, SEARCH, {"q": "coffee"}) == first
    assert last_run().from_cache
    assert last_run().result_count == len(first.items)
    run(ada, SEARCH, {"q": "coffee", "pageno": 2})
    assert len(searxng.asked) == 2
    Tool.objects.filter(path=SEARCH).update(cache=0)
    run(ada, SEARCH, {"q": "coffee"})
    assert len(searxng.asked) == 3


def test_a_cached_answer_of_another_form_is_asked_anew(searxng, ada, monkeypatch):
    run(ada, SEARCH, {"q": "coffee"})
    monkeypatch.setattr(Answer, "as_json", lambda self: {"other": "form"})
    (key,) = [key.removeprefix(":1:") for key in cache._cache if "tools:" in key]
    cache.set(key, {"other": "form"}, 60)
    assert run(ada, SEARCH, {"q": "coffee"}).items
    assert not last_run().from_cache


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


def test_without_redis_tools_run_and_limits_hold(searxng, ada, redis_cache):
    redis_cache.kill()
    try:
        Tool.objects.filter(path=SEARCH).update(rate=5)
        for _ in range(4):
            assert run(ada, SEARCH, {"q": "coffee"}).items
        assert len(searxng.asked) == 4, "nothing is kept"
        searxng.reply = says(b"", 500)
        fails(ada, "upstream_bad_payload")
        fails(ada, "rate_limited")
        for _ in range(4):
            breaker.failed("searxng")
        assert breaker.seconds_to_wait("searxng") > 0
    finally:
        redis_cache.start()


def test_a_mistake_in_a_tool_is_written_down_too(searxng, ada, monkeypatch):
    def broken(call):
        raise ZeroDivisionError

    definition = registry.find(SEARCH)
    monkeypatch.setitem(registry._definitions, SEARCH, replace(definition, function=broken))
    with pytest.raises(ZeroDivisionError):
        run(ada, SEARCH, {"q": "x"})
    assert (last_run().error_code, last_run().state) == ("internal_error", "failed")


def test_a_log_that_cannot_be_written_hides_no_answer(searxng, ada, monkeypatch):
    def refuse(**values):
        raise DatabaseError

    monkeypatch.setattr(ToolRun.objects, "create", refuse)
    assert run(ada, SEARCH, {"q": "x"}).items


def test_the_log_keeps_no_account_number(searxng, ada):
    run(ada, SEARCH, {"q": "who is DE89 3704 0044 0532 0130 00, mail ada@example.org, 4111 1111"})
    assert last_run().parameters == {"q": "who is …, mail …, …"}
    with pytest.raises(InvalidInputError):
        run(ada, SEARCH, {"q": ["4111111111111111"], "limit": 4111111111111111, "n": None})
    assert "4111" not in json.dumps(last_run().parameters)


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


def test_the_search_being_off_ends_the_look_up(searxng, ada):
    Tool.objects.filter(path=SEARCH).update(enabled=False)
    fails(ada, "disabled", PAYEE, payee="Coffee")


def test_tools_that_call_each_other_for_ever_are_stopped(searxng, ada, monkeypatch):
    def again(call):
        return call.call_tool(PAYEE, {"payee": "Coffee"})

    definition = registry.find(PAYEE)
    monkeypatch.setitem(registry._definitions, PAYEE, replace(definition, function=again))
    fails(ada, "not_registered", PAYEE, payee="Coffee")
    assert ToolRun.objects.count() == 4


def test_old_runs_are_forgotten(searxng, ada):
    run(ada, SEARCH, {"q": "old"})
    old = last_run()
    run(ada, SEARCH, {"q": "new"})
    long_ago = timezone.now() - timedelta(days=31)
    ToolRun.objects.filter(pk=old.pk).update(created_at=long_ago)
    find_handler("tools.forget_runs").run(Job(kind="tools.forget_runs"))
    assert [row.parameters for row in ToolRun.objects.all()] == [{"q": "new"}]
