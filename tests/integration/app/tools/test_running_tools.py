"""The service that runs tools: who may, how often, what is kept, what is written down."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from core.errors import InvalidInputError, PermissionDeniedError, RateLimitedError
from core.jobs.registry import find_handler
from core.models import Job
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone
from fake_searxng import says
from tools import breaker, registry
from tools.failures import DisabledError, NotRegisteredError
from tools.interface import Answer
from tools.models import Tool, ToolPackage, ToolRun
from tools.services.running import run
from tools_things import PAYEE, SEARCH, fails, last_run

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


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
