"""The development image: starts from nothing, reloads what is edited, stops at once."""

import re
import shutil
import time

import pytest
import requests
from app_containers import eventually, logs, published_port

pytestmark = pytest.mark.integration

ADMIN = {"DJANGO_ADMIN_USERNAME": "ada", "DJANGO_ADMIN_PASSWORD": "an-admin-password"}
SAVED_AGAIN_SECONDS = 15
LOCKED_DOWN = {"cap_drop": ["ALL"], "security_opt": ["no-new-privileges"]}


@pytest.fixture
def source(repository, tmp_path):
    """A copy of the source that a test may edit."""
    folder = tmp_path / "app"
    shutil.copytree(repository / "app", folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    return folder


@pytest.fixture
def develop(build, services, database, source):
    """Return a function that starts the development server on the source."""
    started = []

    def start(**variables: str):
        inside = services.variables("dev", database, inside=True)
        container = services.containers.start(
            build("dev"),
            8000,
            environment={**inside, "DJANGO_DEBUG": "true", **ADMIN, **variables},
            volumes={str(source): {"bind": "/app", "mode": "ro"}},
            **LOCKED_DOWN,
        )
        started.append(container)
        return container

    yield start
    for container in started:
        services.containers.remove(container)


def address(container) -> str:
    return f"http://127.0.0.1:{published_port(container, 8000)}"


def body(container, path: str) -> str:
    container.reload()
    assert container.status == "running", logs(container)
    try:
        return requests.get(f"{address(container)}{path}", timeout=60).text
    except requests.RequestException:  # not there yet, or slow to be
        return ""


def test_from_an_empty_database_to_a_login(develop):
    container = develop()
    eventually("the server answers", lambda: "ok" in body(container, "/healthz"))
    assert container.exec_run(["python", "/app/healthcheck.py"]).exit_code == 0
    assert container.exec_run(["id", "-u"]).output.strip() == b"10001"
    assert "Administrator ada is created." in logs(container)
    assert requests.get(f"{address(container)}/readyz", timeout=60).status_code == 200
    assert _log_in(container, ADMIN["DJANGO_ADMIN_PASSWORD"])
    assert not _log_in(container, "another")
    assert requests.get(f"{address(container)}/static/core/app.css", timeout=60).ok


def _log_in(container, password: str) -> bool:
    with requests.Session() as session:
        login = f"{address(container)}/admin/login/"
        form = session.get(login, timeout=60).text
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        fields = {"username": "ada", "password": password, "csrfmiddlewaretoken": token}
        page = session.post(login, data={**fields, "next": "/admin/"}, timeout=60)
        return "Site administration" in page.text and "Log out" in page.text


def test_people_can_sign_in_while_the_cache_is_down(develop):
    container = develop(REDIS_URL="redis://nowhere:6379/0")
    eventually("the server answers", lambda: "ok" in body(container, "/healthz"))
    assert _log_in(container, ADMIN["DJANGO_ADMIN_PASSWORD"])


def test_times_are_those_of_the_time_zone(develop):
    container = develop(TZ="Europe/Rome")
    eventually("the server answers", lambda: "ok" in body(container, "/healthz"))
    assert re.search(r"\d\d:\d\d:\d\d CES?T</time>", body(container, "/status/"))


def test_an_edited_source_file_is_served_without_a_restart(develop, source):
    container = develop()
    eventually("the server answers", lambda: "ok" in body(container, "/healthz"))
    views = source / "core" / "views" / "health.py"
    views.write_text(views.read_text().replace('{"status": "ok"}', '{"status": "edited"}'))

    def is_served() -> bool:
        # the reloader may look for the first time after the edit; a person saves more than once
        if time.time() - views.stat().st_mtime > SAVED_AGAIN_SECONDS:
            views.touch()
        return "edited" in body(container, "/healthz")

    eventually("the edit is served", is_served, patience=180)


def test_it_stops_by_itself_when_told_to(develop):
    container = develop()
    eventually("the server answers", lambda: "ok" in body(container, "/healthz"))
    container.stop(timeout=30)
    container.reload()
    assert container.attrs["State"]["ExitCode"] == 0, "137 would be a kill after 30 s"


def test_a_database_of_another_environment_is_not_touched(develop, services, database):
    first = develop()
    eventually("the server answers", lambda: "ok" in body(first, "/healthz"))
    other = develop(LEDGERFLOW_ENVIRONMENT="test-other")
    assert other.wait(timeout=60)["StatusCode"] == 1
    assert "the database belongs to dev, the settings to test-other" in logs(other)


def test_a_source_that_cannot_be_read_is_told(develop, source):
    (source / "manage.py").chmod(0o600)
    container = develop()
    assert container.wait(timeout=60)["StatusCode"] == 1
    assert "Run on the host: chmod -R a+rX app" in logs(container)
