"""The development environment as a person meets it: pages, ports, log-in, reload."""

import json
import re
import time

import psycopg
import pytest
import redis
import requests
from browser import chromium, window
from looks import LOOK
from machine import printed
from persons_day import Papers, Person

pytestmark = pytest.mark.e2e

SERVICES = {"postgres", "redis", "searxng", "django", "worker", "beat", "adminer", "caddy"}
RELOAD_SECONDS = 120
READ_SECONDS = 300
READ = 8
"""Documents of the demonstration that the worker must have read; it goes on with the rest."""


def url(running, name, path="/"):
    return f"http://127.0.0.1:{running.ports[name]}{path}"


def test_eight_healthy_containers_and_a_table_of_addresses(running):
    table = running.first_up.stdout
    for service in SERVICES:
        assert re.search(rf"^{service} +healthy ", table, re.MULTILINE), table
    for port in running.ports.values():
        assert f"127.0.0.1:{port}" in table
    result = running.make("status")
    assert result.returncode == 0
    assert result.stdout.count("healthy") == len(SERVICES)


def assert_status_page(text):
    assert "17.4" in text
    assert re.search(r"7\.2\.\d+", text)
    assert "PostgreSQL" in text
    assert "Redis" in text
    assert "SearXNG" in text


def test_the_status_page_shows_the_real_servers(running):
    response = requests.get(url(running, "django", "/status/"), timeout=60)
    assert response.status_code == 200
    assert_status_page(response.text)


def test_the_status_page_is_served_through_caddy(running, daemon):
    container = daemon.containers.get(running.container("caddy"))
    command = ["wget", "-q", "-O", "-", "http://127.0.0.1/status/"]
    assert_status_page(printed(container, *command, asked=3))


def test_readiness_has_a_line_for_each_dependency(running):
    response = requests.get(url(running, "django", "/readyz"), timeout=60)
    assert response.status_code == 200, response.text
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert {line["dependency"] for line in lines} >= {"database", "migrations", "cache", "search"}
    assert all(line["ok"] for line in lines)


def test_postgres_answers_on_its_port(running):
    with psycopg.connect(
        host="127.0.0.1",
        port=running.ports["postgres"],
        dbname="ledgerflow",
        user="ledgerflow",
        password="ledgerflow",
    ) as connection:
        (version,) = connection.execute("show server_version").fetchone()
    assert version.startswith("17.4")


def test_redis_answers_on_its_port(running):
    with redis.Redis(port=running.ports["redis"]) as client:
        assert client.info("server")["redis_version"].startswith("7.2.")


def test_adminer_offers_its_login_for_this_database(running):
    response = requests.get(url(running, "adminer"), timeout=60)
    assert response.status_code == 200
    assert "auth[password]" in response.text
    assert 'value="postgres"' in response.text


def test_searxng_answers_in_json_with_results(running):
    response = requests.get(
        url(running, "searxng", "/search"), {"q": "ledger", "format": "json"}, timeout=20
    )
    assert response.status_code == 200
    assert response.json()["results"]


def test_the_admin_can_log_in(running):
    with requests.Session() as session:
        page = session.get(url(running, "django", "/admin/login/"), timeout=60)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
        form = {"username": "admin", "password": "ledgerflow", "csrfmiddlewaretoken": token}
        answer = session.post(
            url(running, "django", "/admin/login/?next=/admin/"), form, timeout=60
        )
    assert answer.status_code == 200
    assert "Log out" in answer.text


@pytest.fixture(scope="module")
def browser(running, programs, tmp_path_factory):
    with chromium(running.ports["django"], tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def person(running, browser, repository, request):
    """Somebody before a window of their own; pictures are kept for people to look at."""
    options = dict(request.param)
    papers = Papers(options.pop("mark", options["width"]))
    pictures = repository / ".ledgerflow" / "screenshots" / request.node.name
    with window(browser, url(running, "django", ""), pictures, **options) as shown:
        yield Person(shown, papers)


WIDTHS = pytest.mark.parametrize(
    "person", [{"width": 1280}, {"width": 360}], indirect=True, ids=["wide", "narrow"]
)


def test_what_no_page_may_have_is_seen(browser):
    """The rules are tried on a page that breaks each of them."""
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.set_content(
        "<h1>One</h1><h3>Left out</h3><h1>Two</h1><h2></h2><p style='width: 500px'>Wide</p>"
        "<p style='color: #999; background: #fff'>Pale</p><input><a href='#'></a><img src='x'>"
        "<i id='a'></i><i id='a'></i><input aria-label='b' aria-describedby='gone'>"
        "<iframe></iframe><table><tr><td>1</table>"
    )
    broken = {line.split(":")[0] for line in page.evaluate(LOOK)}
    page.close()
    named = set(re.findall(r'say\("([^"]+)"', LOOK))
    assert named >= {"1.4.3 too little contrast", "1.4.10 wider than the window"}
    assert broken == named


@WIDTHS
def test_a_persons_day(person):
    person.sign_in()
    person.upload()
    person.find_each()
    person.see_previews()
    everyday = person.add_account()
    person.import_table(everyday)
    person.review(everyday, 3)
    person.reconcile(everyday)
    savings = f"Savings {person.papers.mark}"
    person.import_for_new_account(savings)
    person.review(savings, 2)
    person.reconcile(savings, opening="1000")
    person.look_payee_up()
    person.add_version()
    person.trash_and_restore()
    person.look_around()


@pytest.mark.parametrize("person", [{"width": 1280, "mark": 41}], indirect=True)
def test_the_way_to_a_document_without_a_mouse(person):
    person.find_by_keyboard()


@pytest.mark.parametrize("person", [{"width": 360, "scripts": False, "mark": 42}], indirect=True)
def test_reading_needs_no_scripts(person):
    person.read_without_scripts()


def test_an_edited_source_file_is_served_without_a_restart(running, daemon):
    container = daemon.containers.get(running.container("django"))
    started = container.attrs["State"]["StartedAt"]
    urls = running.path / "app" / "config" / "urls.py"
    original = urls.read_text()
    addition = (
        "\nfrom django.contrib.auth.decorators import login_not_required as _open\n"
        "from django.http import HttpResponse as _R\n"
        "urlpatterns.append(path('reloaded', _open(lambda request: _R('reloaded'))))\n"
    )
    try:
        urls.write_text(original + addition)
        deadline = time.monotonic() + RELOAD_SECONDS
        while time.monotonic() < deadline:
            try:
                if requests.get(url(running, "django", "/reloaded"), timeout=5).status_code == 200:
                    break
            except requests.RequestException:  # restarting, or slow to
                pass
            time.sleep(0.5)
        assert requests.get(url(running, "django", "/reloaded"), timeout=60).text == "reloaded"
    finally:
        urls.write_text(original)
    container.reload()
    assert container.attrs["State"]["StartedAt"] == started


def test_no_secret_is_in_inspect(running, daemon):
    for service in SERVICES:
        attrs = json.dumps(daemon.containers.get(running.container(service)).attrs)
        assert "development-only" not in attrs
        assert "PASSWORD=ledgerflow" not in attrs


def test_logs_come_with_the_name_of_their_service(running):
    result = running.make("logs", "SERVICE=postgres")
    assert result.returncode == 0
    assert "postgres | " in result.stdout
    assert "ready to accept connections" in result.stdout


def test_the_demonstration_comes_once_is_read_and_goes_again(running):
    first = running.make("demo")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "93 files: 93 added" in first.stdout
    again = running.make("demo")
    assert "93 files: 0 added" in again.stdout
    with psycopg.connect(
        host="127.0.0.1",
        port=running.ports["postgres"],
        user="ledgerflow",
        password="ledgerflow",
        dbname="ledgerflow",
        autocommit=True,
    ) as session:
        read = (
            "SELECT count(*) FROM documents_reading r JOIN documents_version v ON v.id = "
            "r.version_id JOIN documents_document d ON d.id = v.document_id JOIN auth_user u "
            "ON u.id = d.owner_id WHERE u.username = 'demo' AND r.state = 'read'"
        )
        deadline = time.monotonic() + READ_SECONDS
        while session.execute(read).fetchone()[0] < READ and time.monotonic() < deadline:
            time.sleep(0.5)
        assert session.execute(read).fetchone()[0] >= READ
    asked = running.make("demo", "REMOVE=1")
    assert asked.returncode != 0
    assert "LF064" in asked.stderr
    gone = running.make("demo", "REMOVE=1", f"CONFIRM={running.environment}")
    assert gone.returncode == 0, gone.stdout + gone.stderr
    assert "Removed 93 documents" in gone.stdout
