"""The pages and the machine's addresses, with probes that give prepared findings."""

import json
from html.parser import HTMLParser

import pytest
from core.health.sample import Sample
from core.health.search import SearchResult
from core.health.status import Finding, NotReadyError
from core.views import health as views

pytestmark = pytest.mark.unit

NAMES = ("database", "migrations", "environment", "cache", "search")
VOID = {"meta", "link", "br", "input", "img", "hr"}


@pytest.fixture
def probes(monkeypatch):
    """Replace the probes; the named dependencies are down."""

    def prepare(*down: str, sample: SearchResult | None = None) -> None:
        def probe(name: str):
            def run() -> Finding:
                if name in down:
                    raise NotReadyError("<b>is away</b>")
                return Finding("17.4" if name == "database" else None)

            return run

        monkeypatch.setattr(views, "probes", lambda _: {name: probe(name) for name in NAMES})
        monkeypatch.setattr(views, "sample_search", lambda *_, **__: Sample("LedgerFlow", sample))

    return prepare


class Outline(HTMLParser):
    """Collects tags and fails on tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_health_asks_nobody(client, monkeypatch):
    monkeypatch.setattr(views, "probes", lambda _: pytest.fail("a dependency was asked"))
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]


def test_ready_is_200_with_a_line_per_dependency(client, probes):
    probes()
    response = client.get("/readyz")
    lines = [json.loads(line) for line in response.content.decode().splitlines()]
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/x-ndjson"
    assert [line["dependency"] for line in lines] == list(NAMES)
    assert lines[0]["version"] == "17.4"
    assert all(line["ok"] is True and line["ms"] >= 0 for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_ready_is_503_naming_what_is_down(client, probes, name):
    probes(name)
    response = client.get("/readyz")
    lines = [json.loads(line) for line in response.content.decode().splitlines()]
    assert response.status_code == 503
    assert [line["dependency"] for line in lines if not line["ok"]] == [name]


@pytest.mark.parametrize("path", ["/status/", "/healthz", "/readyz"])
def test_only_reading_is_allowed(client, probes, path):
    probes()
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


def test_the_page_says_in_words_that_all_is_ready(client, probes):
    probes(sample=SearchResult("A <title>", "https://example.org/?a=1&b=2"))
    page = client.get("/status/").content.decode()
    assert "<h1>Everything is ready</h1>" in page
    assert "PostgreSQL" in page
    assert "17.4" in page
    assert page.count("</span>Ready</p>") == len(NAMES)
    assert 'href="https://example.org/?a=1&amp;b=2"' in page
    assert "A &lt;title&gt;" in page


def test_the_page_names_what_is_down_and_stays_readable(client, probes):
    probes("cache", "search")
    response = client.get("/status/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "<h1>Redis and SearXNG are not ready</h1>" in page
    assert page.count("Not ready</p>") == 2
    assert "&lt;b&gt;is away&lt;/b&gt;" in page
    assert "No search was made" in page


@pytest.mark.parametrize("down", [(), NAMES])
def test_the_page_is_well_formed_and_needs_no_script(client, probes, down):
    probes(*down)
    outline = Outline()
    outline.feed(client.get("/status/").content.decode())
    assert outline.open == []
    assert "script" not in outline.tags
    assert outline.tags.count("h1") == outline.tags.count("main") == 1


def test_an_unknown_host_is_refused(client, probes):
    probes()
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400
