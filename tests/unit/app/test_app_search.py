"""Asking SearXNG, against a server that gives prepared answers."""

import json

import httpx
import pytest
from core.health.sample import sample_search
from core.health.search import SearchResult, first_result, probe_search
from django.test import override_settings

pytestmark = pytest.mark.unit

MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
RESULT = SearchResult("A title", "https://example.org/")


@pytest.fixture
def searxng(http_server):
    def serve(path: str, body: object, status: int = 200) -> str:
        text = body if isinstance(body, str) else json.dumps(body)
        host, port = http_server({path: (status, text)})
        return f"http://{host}:{port}"

    return serve


def test_the_version_is_that_of_the_public_configuration(searxng):
    assert probe_search(searxng("/config", {"version": "2025.3.1"})).version == "2025.3.1"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("<html>", 200, ValueError),
        ("[]", 200, ValueError),
        ({}, 200, KeyError),
        ({"version": "1"}, 500, httpx.HTTPStatusError),
    ],
)
def test_a_useless_answer_is_a_failure(searxng, body, status, error):
    with pytest.raises(error):
        probe_search(searxng("/config", body, status))


def test_the_first_result_with_a_web_address_is_taken(searxng):
    results = [
        {"title": "no address"},
        {"title": "script", "url": "javascript:alert(1)"},
        {"title": "A title", "url": "https://example.org/"},
        {"title": "later", "url": "https://example.com/"},
    ]
    assert first_result(searxng("/search", {"results": results}), "x") == RESULT


def test_no_result_is_nothing(searxng):
    assert first_result(searxng("/search", {"results": []}), "x") is None


def test_a_proxy_of_the_machine_is_not_asked(searxng, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert probe_search(searxng("/config", {"version": "1"})).version == "1"


def test_a_result_is_remembered_and_a_failure_is_not():
    answers = iter([httpx.ReadTimeout(""), RESULT])
    asked = []

    def search(query: str) -> SearchResult:
        asked.append(query)
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with override_settings(CACHES=MEMORY):
        samples = [sample_search(search, cached=True) for _ in range(3)]
    assert [sample.problem for sample in samples] == ["no answer in time", None, None]
    assert samples[1].result == samples[2].result == RESULT
    assert len(asked) == 2


def test_a_cache_that_is_down_is_left_alone():
    refusing = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9",
        }
    }
    with override_settings(CACHES=refusing):
        assert sample_search(lambda _: RESULT, cached=False).result == RESULT
        assert sample_search(lambda _: RESULT, cached=True).problem == "cannot be reached"


def test_an_empty_search_says_so():
    assert sample_search(lambda _: None, cached=False).problem == "no engine returned a result"
