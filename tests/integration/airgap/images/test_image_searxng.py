"""The contract of searxng/searxng, and that its searches need no network."""

import json
import time

import pytest
from docker.models.containers import Container
from image_sandbox import Sandbox, answers, execute, logs, wait_until

pytestmark = pytest.mark.integration

IMAGE = "searxng/searxng:latest"
SETTINGS = "/etc/searxng/settings.yml"
ENVIRONMENTS_OWN = """
use_default_settings: true
server:
  secret_key: "not-a-secret"
  limiter: false
search:
  formats: [html, json]
"""
LEAST = {"cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"], "network_mode": "none"}


def fetch(path: str, port: int = 8080) -> tuple[str, ...]:
    return ("wget", "-q", "-O", "-", f"http://127.0.0.1:{port}{path}")


def ready(container: Container, port: int = 8080) -> Container:
    wait_until(container, answers(container, *fetch("/healthz", port)))
    return container


def with_settings(sandbox: Sandbox, **options) -> Container:
    files = {SETTINGS: ENVIRONMENTS_OWN}
    return ready(sandbox.start(IMAGE, files=files, **LEAST, **options))


def test_a_search_gives_results_as_json_quickly_and_without_a_network(sandbox: Sandbox):
    server = with_settings(sandbox)
    assert execute(server, *fetch("/healthz")) == "OK"
    began = time.monotonic()
    answer = json.loads(execute(server, *fetch("/search?q=ledger&format=json")))
    assert time.monotonic() - began < 3
    assert answer["results"]
    assert answer["unresponsive_engines"] == []
    first = answer["results"][0]
    assert "ledger" in (first["title"] + first["content"]).lower()
    assert {"url", "title", "content", "engine", "score"} <= set(first)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("bank reconciliation", "Bank reconciliation"),
        ("landlord", "Payee: landlord"),
        ("deprec", "Depreciation"),
        ('"quoted" AND (odd* OR -words) invoice', "Invoice"),
    ],
)
def test_the_library_finds_what_is_asked_for(sandbox: Sandbox, query, title):
    server = with_settings(sandbox)
    asked = ("--post-data", f"q={query}&format=json", "http://127.0.0.1:8080/search")
    answer = json.loads(execute(server, "wget", "-q", "-O", "-", *asked))
    assert title in [result["title"] for result in answer["results"][:3]]


def test_nothing_found_is_an_answer_too(sandbox: Sandbox):
    server = with_settings(sandbox)
    for query in ("zzzznothing", "%3F%3F", "'"):
        answer = json.loads(execute(server, *fetch(f"/search?q={query}&format=json")))
        assert answer["results"] == []
        assert answer["unresponsive_engines"] == []


def test_a_person_has_pages_to_search_with_and_to_read(sandbox: Sandbox):
    server = with_settings(sandbox)
    assert '<input type="search" name="q"' in execute(server, *fetch("/"))
    page = execute(server, *fetch("/search?q=%3Cscript%3E+ledger"))
    assert "/static/library/ledger.html" in page
    assert "<script>" not in page
    assert "book of all accounts" in execute(server, *fetch("/static/library/ledger.html"))
    for path in ("/preferences", "/stats", "/opensearch.xml"):
        assert "SearXNG" in execute(server, *fetch(path))


def test_json_is_served_only_when_the_settings_say_so(sandbox: Sandbox):
    server = ready(sandbox.start(IMAGE, **LEAST))
    assert server.exec_run(list(fetch("/search?q=ledger&format=json"))).exit_code != 0
    assert "/static/library/" in execute(server, *fetch("/search?q=ledger"))


def test_missing_settings_are_made_with_a_secret_of_their_own(sandbox: Sandbox):
    one, other = (ready(sandbox.start(IMAGE, **LEAST)) for _ in range(2))
    made = execute(one, "cat", SETTINGS)
    assert "use_default_settings: true" in made
    assert "ultrasecretkey" not in made
    assert made != execute(other, "cat", SETTINGS)


def test_settings_without_a_secret_are_refused(sandbox: Sandbox):
    code, said = sandbox.run(IMAGE, files={SETTINGS: "use_default_settings: true\n"}, **LEAST)
    assert code != 0
    assert "secret_key is not changed" in said


def test_variables_go_over_the_settings(sandbox: Sandbox):
    environment = {
        "SEARXNG_SECRET": "not-a-secret",
        "SEARXNG_PORT": "8888",
        "SEARXNG_BASE_URL": "http://search.example/",
    }
    files = {SETTINGS: ENVIRONMENTS_OWN}
    server = ready(sandbox.start(IMAGE, files=files, environment=environment, **LEAST), port=8888)
    answer = json.loads(execute(server, *fetch("/search?q=ledger&format=json", 8888)))
    assert answer["results"][0]["url"].startswith("http://search.example/static/library/")


def test_it_runs_as_977_on_a_read_only_root_and_stops_cleanly(sandbox: Sandbox):
    options = {"read_only": True, "tmpfs": {"/tmp": ""}, **LEAST}
    server = ready(sandbox.start(IMAGE, **options))
    assert execute(server, "id", "-u").strip() == "977"
    server.stop(timeout=20)
    server.reload()
    assert server.attrs["State"]["ExitCode"] == 0, logs(server)
