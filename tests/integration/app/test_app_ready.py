"""Readiness and the status page of the served application, with real dependencies."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import requests
from app_containers import eventually, published_port
from django.conf import settings
from tools.interface import Answer, Call
from tools.search_tool import search_web

pytestmark = pytest.mark.integration

NAMES = ["database", "cache", "search", "migrations", "environment"]


@pytest.fixture
def serve(build, migrated):
    """Return a function that serves the migrated database and returns the address."""
    containers = migrated.services.containers
    started = []

    def start(environment: str = migrated.environment, **variables: str) -> str:
        inside = migrated.services.variables(environment, migrated.database, inside=True)
        container = containers.start(build("prod"), 8000, environment={**inside, **variables})
        started.append(container)
        address = f"http://127.0.0.1:{published_port(container, 8000)}"
        eventually("the application answers", lambda: _answers(address))
        return address

    yield start
    for container in started:
        containers.remove(container)


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/healthz", timeout=5).status_code == 200
    except requests.RequestException:  # not there yet, or slow to be
        return False


def ready(address: str) -> tuple[int, dict[str, dict[str, object]]]:
    response = requests.get(f"{address}/readyz", timeout=60)
    lines = [json.loads(line) for line in response.text.splitlines()]
    return response.status_code, {line["dependency"]: line for line in lines}


def down(lines: dict[str, dict[str, object]]) -> set[str]:
    return {name for name, line in lines.items() if not line["ok"]}


@contextmanager
def hanging(container) -> Iterator[None]:
    container.pause()
    try:
        yield
    finally:
        container.unpause()


def test_all_dependencies_report_their_real_versions(serve):
    status, lines = ready(serve())
    assert (status, list(lines), down(lines)) == (200, NAMES, set())
    assert lines["database"]["version"] == "17.4"
    assert str(lines["cache"]["version"]).startswith("7.2.")
    assert lines["search"]["version"]
    assert "none pending" in str(lines["migrations"]["detail"])


def test_a_person_sees_versions_and_a_search_result(serve):
    page = requests.get(f"{serve()}/status/", timeout=60).text
    assert "<h1>Everything is ready</h1>" in page
    assert '<span class="version">17.4</span>' in page
    assert '<span class="version">7.2.' in page
    assert "First result for" in page


@pytest.mark.parametrize(
    ("service", "dependencies"),
    [
        ("postgres", {"database", "migrations", "environment"}),
        ("redis", {"cache"}),
        ("searxng", {"search"}),
    ],
)
def test_a_server_that_hangs_is_named_in_time(serve, services, service, dependencies):
    address = serve()
    with hanging(getattr(services, service)):
        status, lines = ready(address)
        page = requests.get(f"{address}/status/", timeout=60)
        assert _answers(address)
    assert (status, down(lines)) == (503, dependencies)
    assert {lines[name]["detail"] for name in dependencies} == {"no answer in time"}
    assert page.status_code == 200
    assert ready(address)[0] == 200, "it recovers without a restart"


@pytest.mark.parametrize(
    ("variables", "dependencies", "detail"),
    [
        (
            {"DATABASE_HOST": "nowhere"},
            {"database", "migrations", "environment"},
            "cannot be reached",
        ),
        (
            {"DATABASE_PASSWORD": "hunter2"},
            {"database", "migrations", "environment"},
            "refused the credentials",
        ),
        ({"REDIS_URL": "redis://:hunter2@nowhere:6379/0"}, {"cache"}, "cannot be reached"),
        ({"SEARXNG_URL": "http://user:hunter2@nowhere:8080"}, {"search"}, "cannot be reached"),
        ({"SEARXNG_URL": "http://searxng:8080/other"}, {"search"}, "answered with an error"),
    ],
)
def test_a_server_that_is_not_there_is_named_without_secrets(
    serve, variables, dependencies, detail
):
    address = serve(**variables)
    response = requests.get(f"{address}/readyz", timeout=60)
    status, lines = ready(address)
    assert (status, down(lines)) == (503, dependencies)
    assert {lines[name]["detail"] for name in dependencies} == {detail}
    assert "hunter2" not in response.text + requests.get(f"{address}/status/", timeout=60).text


def test_a_migration_that_is_not_applied_is_named(serve, migrated):
    address = serve()
    last = "SELECT max(name) FROM django_migrations WHERE app = 'core'"
    ((name,),) = migrated.query(
        f"DELETE FROM django_migrations WHERE app = 'core' AND name = ({last}) RETURNING name"
    )
    status, lines = ready(address)
    assert (status, down(lines)) == (503, {"migrations"})
    assert lines["migrations"]["detail"] == f"not applied: core.{name}"


def test_a_database_of_another_environment_is_told(serve):
    status, lines = ready(serve("test-other"))
    assert (status, down(lines)) == (503, {"environment"})
    detail = "the database belongs to test-app, the settings to test-other"
    assert lines["environment"]["detail"] == detail


def test_an_empty_database_is_not_ready(serve, migrated):
    migrated.query("DROP SCHEMA public CASCADE")
    migrated.query("CREATE SCHEMA public")
    status, lines = ready(serve())
    assert (status, down(lines)) == (503, {"migrations", "environment"})


def test_probing_leaves_no_connection_behind(serve, migrated):
    address = serve()
    for _ in range(5):
        assert ready(address)[0] == 200
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{migrated.database}'"
    eventually("only the asking connection is left", lambda: migrated.query(query) == [(1,)])


def test_the_search_tool_reads_what_the_search_engine_answers(services, monkeypatch):
    address = services.variables("dev", "none", inside=False)["SEARXNG_URL"]
    told = replace(settings.LEDGERFLOW, searxng_url=address)
    monkeypatch.setattr(settings, "LEDGERFLOW", told)
    eventually("SearXNG answers", lambda: _answers(address))

    def search(**parameters):
        return search_web(Call(parameters, time.monotonic() + 30, lambda path, given: Answer()))

    answer = search(q="ledger", language="en", pageno=1, limit=2)
    assert len(answer.items) == 2
    assert all(item.url.startswith("http") and item.source for item in answer.items)
    assert any("ledger" in f"{item.title} {item.text}".lower() for item in answer.items)
    assert search(q="zzzznothing").items == ()
