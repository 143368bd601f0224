"""The frame of the pages: signing in, menu, dashboard, errors, headers."""

import json
import uuid

import pytest
from app_pages import HTMX
from core.errors import ConflictError, TooLargeError
from core.panels import Panel, Panels
from core.views import dashboard as dashboard_view
from django.urls import reverse

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_person_signs_in_and_out(client, ada):
    assert client.get("/").headers["Location"] == "/login/?next=/"
    wrong = client.post("/login/", {"username": "ada", "password": "other"})
    assert "correct username and password" in wrong.content.decode()
    right = client.post("/login/?next=/jobs/", {"username": "ada", "password": "ada-password"})
    assert right.headers["Location"] == "/jobs/"
    page = client.get("/jobs/").content.decode()
    assert '<a href="/jobs/" aria-current="page">Jobs</a>' in page
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_the_menu_has_what_a_person_may_use(client, ada, administrator):
    client.force_login(ada)
    assert ">Status</a>" not in client.get("/").content.decode()
    client.force_login(administrator)
    assert ">Status</a>" in client.get("/").content.decode()


def test_panels_of_the_applications_are_on_the_dashboard(signed_in, ada, monkeypatch):
    panels = Panels()
    monkeypatch.setattr(dashboard_view, "dashboard_panels", panels)
    template = "core/parts/messages.html"
    for name, order in (("later", 9), ("first", 1)):
        panels.register(Panel(name, name.title(), template, lambda user: {"who": user}, order))
    page = signed_in.get("/").content.decode()
    assert page.index(">First</h2>") < page.index(">Later</h2>")


def test_every_answer_has_a_request_id_and_a_policy(signed_in):
    response = signed_in.get("/", headers={"x-request-id": "proxy-0123456789"})
    assert response.headers["X-Request-ID"] == "proxy-0123456789"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "camera=()" in response.headers["Permissions-Policy"]
    made = signed_in.get("/", headers={"x-request-id": 'a"b\n'}).headers["X-Request-ID"]
    assert uuid.UUID(made)


@pytest.fixture
def failing(monkeypatch):
    def fail(error):
        def collect(user):
            raise error

        panels = Panels()
        panels.register(Panel("failing", "Failing", "core/parts/messages.html", collect))
        monkeypatch.setattr(dashboard_view, "dashboard_panels", panels)

    return fail


def test_an_error_is_a_page_for_people(signed_in, failing):
    failing(ConflictError("Look <again>."))
    response = signed_in.get("/")
    page = response.content.decode()
    assert response.status_code == 409
    assert "<h1>Not possible now</h1>" in page
    assert "Look &lt;again&gt;." in page
    assert response.headers["X-Request-ID"] in page


def test_and_a_problem_for_programs(signed_in, failing):
    failing(TooLargeError(details={"limit": 5}, fields={"file": "too large"}))
    response = signed_in.get("/", headers={"accept": "application/json"})
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.content) == {
        "type": "urn:ledgerflow:problem:too_large",
        "title": "Too large",
        "status": 413,
        "detail": "This is larger than LedgerFlow takes.",
        "code": "too_large",
        "request_id": response.headers["X-Request-ID"],
        "fields": {"file": "too large"},
        "limit": 5,
    }


def test_and_a_message_for_htmx(signed_in, failing):
    failing(ConflictError())
    response = signed_in.get("/", headers=HTMX)
    assert response.headers["HX-Retarget"] == "#messages"
    assert "<html" not in response.content.decode()


def test_an_address_that_is_not_there(client, signed_in):
    response = signed_in.get("/no-such-page", headers={"accept": "application/json"})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert "Not found" in signed_in.get("/no-such-page").content.decode()


def test_a_mistake_in_the_program_tells_nothing_but_the_id(signed_in, failing, client):
    client.raise_request_exception = False
    failing(KeyError("hunter2"))
    response = signed_in.get("/")
    assert response.status_code == 500
    assert "hunter2" not in response.content.decode()
    assert response.headers["X-Request-ID"] in response.content.decode()


def test_a_form_that_is_too_large_is_413(signed_in, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = signed_in.post("/preferences/", {"time_zone": "x" * 1000})
    assert response.status_code == 413


def test_preferences_are_kept_and_written_down(signed_in, ada):
    page = reverse("profiles:preferences")
    wanted = {"time_zone": "Europe/Rome", "date_format": "d.m.Y", "page_size": "50"}
    assert signed_in.post(page, wanted).headers["Location"] == page
    ada.refresh_from_db()
    assert (ada.profile.time_zone, ada.profile.page_size) == ("Europe/Rome", 50)
    wrong = signed_in.post(page, {**wanted, "page_size": "5000", "time_zone": "Mars/Olympus"})
    assert wrong.status_code == 400
    assert 'aria-invalid="true"' in wrong.content.decode()
