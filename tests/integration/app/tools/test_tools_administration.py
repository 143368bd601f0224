"""Rows of tools: what code adds, what administrators change, where the two drift apart."""

from dataclasses import replace
from io import StringIO

import pytest
from core.errors import ConflictError, InvalidInputError
from core.models import AuditEvent
from django.core.management import call_command
from tools import registry
from tools.models import Tool, ToolPackage, ToolRun
from tools.selectors.tools import Drift, drift, drift_of
from tools.services.configuring import accept_signature, save_tool, switch_package
from tools.services.registration import sync_tools
from tools_things import SEARCH

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
ADMIN = "/admin/tools/tool/"


@pytest.fixture
def row() -> Tool:
    return Tool.objects.get(path=SEARCH)


@pytest.fixture
def added(monkeypatch):
    """A tool that somebody added to the code."""

    def count_coins(call):
        """Count coins.

        And more.
        """

    definition = registry.Definition(
        path="tools.coin_tool.count_coins",
        title="Count coins",
        description="Count coins.",
        schema={"type": "object", "properties": {"year": {"type": "integer", "maximum": 3000}}},
        function=count_coins,
        time_out=1,
        cache=0,
        rate=1,
        permission="",
        upstream="",
    )
    monkeypatch.setitem(registry._definitions, definition.path, definition)
    return definition


@pytest.fixture
def changed(monkeypatch):
    """Return a function that lets the code of the search have other parameters."""

    def change(**properties):
        definition = registry.find(SEARCH)
        schema = {"type": "object", "properties": properties}
        monkeypatch.setitem(registry._definitions, SEARCH, replace(definition, schema=schema))

    return change


def form_of(row: Tool, **fields: object) -> dict[str, object]:
    shown = {"enabled": "on", "pinned": "{}", "defaults": "{}", "permission": ""}
    return {**shown, "time_out": "", "cache": "", "rate": "", **fields}


def test_migrations_leave_the_two_built_in_tools_switched_on():
    rows = Tool.objects.select_related("package").order_by("path")
    assert [(each.path, each.enabled, each.package.enabled) for each in rows] == [
        ("tools.payee_tool.lookup_payee", True, True),
        (SEARCH, True, True),
    ]
    assert rows[1].pinned == {"format": "json", "safesearch": 1}
    assert drift() == {}
    assert str(rows[1].package) == "search_tool"


def test_what_somebody_adds_is_off_until_an_administrator_decides(added):
    assert drift() == {added.path: Drift.CODE_ONLY}
    told = StringIO()
    call_command("sync_tools", stdout=told)
    assert told.getvalue() == f"added: {added.path}\n"
    row = Tool.objects.select_related("package").get(path=added.path)
    assert not row.enabled
    assert not row.package.enabled
    again = sync_tools()
    assert (again.packages, again.tools) == ((), ())


def test_the_command_tells_of_drift(row, changed):
    changed(q={"type": "string"})
    Tool.objects.create(package=row.package, path="tools.gone_tool.gone", signature="")
    told = StringIO()
    call_command("sync_tools", stdout=told)
    assert told.getvalue().splitlines() == [
        "in the database only: tools.gone_tool.gone",
        f"parameters changed: {SEARCH}",
        "Every tool of the code has its row.",
    ]


def test_what_an_administrator_set_outlives_a_sync(row, administrator):
    row.enabled, row.pinned = False, {"safesearch": 2}
    save_tool(actor=administrator, tool=row)
    sync_tools()
    row.refresh_from_db()
    assert (row.enabled, row.pinned) == (False, {"safesearch": 2})
    event = AuditEvent.objects.get(verb="changed")
    assert event.after == {"enabled": False, "pinned": {"safesearch": 2}}
    save_tool(actor=administrator, tool=row)
    assert AuditEvent.objects.filter(verb="changed").count() == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"pinned": {"safesearch": 0}}, "pinned"),
        ({"pinned": {"other": 1}}, "pinned"),
        ({"pinned": ["safesearch"]}, "pinned"),
        ({"defaults": {"pageno": "two"}}, "defaults"),
        ({"defaults": {"safesearch": 2}}, "defaults"),
        ({"time_out": 11.0}, "time_out"),
        ({"cache": 301}, "cache"),
        ({"rate": 31}, "rate"),
        ({"permission": "everything"}, "permission"),
    ],
)
def test_a_row_only_narrows(row, administrator, fields, wrong):
    for name, value in fields.items():
        setattr(row, name, value)
    with pytest.raises(InvalidInputError) as caught:
        save_tool(actor=administrator, tool=row)
    assert set(caught.value.fields) == {wrong}
    assert not AuditEvent.objects.filter(verb="changed").exists()


def test_a_changed_signature_is_accepted_only_if_the_row_fits(row, administrator, changed):
    changed(q={"type": "string"})
    assert drift_of(row) is Drift.SIGNATURE
    with pytest.raises(InvalidInputError) as caught:
        accept_signature(actor=administrator, tool=row)
    assert set(caught.value.fields) == {"pinned"}
    row.pinned = {}
    save_tool(actor=administrator, tool=row)
    accepted = accept_signature(actor=administrator, tool=row)
    assert drift_of(accepted) is Drift.NONE
    assert list(accepted.schema["properties"]) == ["q"]
    assert AuditEvent.objects.get(verb="accepted the signature").object_uid == row.uid
    accept_signature(actor=administrator, tool=row)
    assert AuditEvent.objects.filter(verb="accepted the signature").count() == 1


def test_a_row_whose_code_is_gone_switches_nothing_on(row, administrator):
    gone = Tool.objects.create(package=row.package, path="tools.gone_tool.gone", signature="")
    gone.enabled = True
    with pytest.raises(ConflictError):
        save_tool(actor=administrator, tool=gone)
    with pytest.raises(ConflictError):
        accept_signature(actor=administrator, tool=gone)
    gone.enabled = False
    save_tool(actor=administrator, tool=gone)


def test_a_package_is_switched_with_an_event(administrator):
    package = ToolPackage.objects.get(name="search_tool")
    switch_package(actor=administrator, package=package, enabled=False)
    switch_package(actor=administrator, package=package, enabled=False)
    switch_package(actor=administrator, package=package, enabled=True)
    verbs = AuditEvent.objects.filter(object_uid=package.uid).order_by("id")
    assert [event.verb for event in verbs][-2:] == ["switched off", "switched on"]


def test_the_administration_shows_drift_and_validates(client, administrator, row, added, changed):
    client.force_login(administrator)
    changed(q={"type": "string"})
    gone = Tool.objects.create(package=row.package, path="tools.gone_tool.gone", signature="")
    page = client.get(ADMIN).content.decode()
    assert f"In the code only: {added.path}" in page
    assert "parameters changed" in page
    assert "in the database only" in page
    for each in (row, gone):
        assert client.get(f"{ADMIN}{each.pk}/change/").status_code == 200
    accept = {"action": "accept_signatures", "_selected_action": [row.pk, gone.pk]}
    page = client.post(ADMIN, accept, follow=True).content.decode()
    assert "(&#x27;format&#x27;, &#x27;safesearch&#x27; were unexpected)" in page
    assert "No code of this version registered it" in page
    assert drift_of(Tool.objects.get(pk=row.pk)) is Drift.SIGNATURE
    saved = client.post(f"{ADMIN}{row.pk}/change/", form_of(row))
    assert saved.status_code == 302
    client.post(ADMIN, accept)
    assert drift_of(Tool.objects.get(pk=row.pk)) is Drift.NONE
    page = client.post(f"{ADMIN}{gone.pk}/change/", form_of(gone)).content.decode()
    assert "cannot be switched on" in page


def test_the_administration_says_beside_the_field_what_is_wrong(client, administrator, row):
    client.force_login(administrator)
    address = f"{ADMIN}{row.pk}/change/"
    for fields, words in (
        ({"pinned": '{"safesearch": 0}'}, "less than the minimum of 1"),
        ({"pinned": "["}, "Enter a valid JSON"),
        ({"cache": "301"}, "The code allows 300 at most"),
        ({"rate": "0"}, "greater than or equal to 1"),
    ):
        page = client.post(address, form_of(row, **fields)).content.decode()
        assert words in page, fields
    assert Tool.objects.get(pk=row.pk).pinned == row.pinned
    good = form_of(row, pinned='{"safesearch": 2}', time_out="3", cache="0", rate="5")
    assert client.post(address, good).status_code == 302
    kept = Tool.objects.get(pk=row.pk)
    assert (kept.pinned, kept.time_out, kept.cache, kept.rate) == ({"safesearch": 2}, 3.0, 0, 5)
    assert client.post(address, form_of(row, pinned="")).status_code == 302
    assert Tool.objects.get(pk=row.pk).pinned == {}


def test_the_administration_adds_and_removes_nothing(client, administrator, row):
    client.force_login(administrator)
    for model, pk in (("tool", row.pk), ("toolpackage", row.package_id)):
        assert client.get(f"/admin/tools/{model}/add/").status_code == 403
        assert client.get(f"/admin/tools/{model}/{pk}/delete/").status_code == 403
    address = f"/admin/tools/toolpackage/{row.package_id}/change/"
    assert client.post(address, {}).status_code == 302
    assert not ToolPackage.objects.get(pk=row.package_id).enabled
    run = ToolRun.objects.create(path=SEARCH, state="done", duration_ms=1)
    assert client.get("/admin/tools/toolrun/").status_code == 200
    assert str(run) == f"{SEARCH}: done"
