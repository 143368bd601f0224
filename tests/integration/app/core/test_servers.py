"""Probes, checks and commands against a real PostgreSQL and a real Redis, in this process."""

from dataclasses import replace

import pytest
from config.environment import AdminAccount
from core import checks
from core.health import database
from core.health.cache import probe_cache
from core.health.status import NotReadyError
from core.models import EnvironmentMarker
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def marker():
    EnvironmentMarker.objects.all().delete()
    return EnvironmentMarker.objects.create(name="dev")


@pytest.fixture
def told(monkeypatch):
    """Return a function that changes what the environment says."""

    def tell(**changes):
        monkeypatch.setattr(settings, "LEDGERFLOW", replace(settings.LEDGERFLOW, **changes))

    return tell


@pytest.fixture
def own_connection(monkeypatch):
    """Keep a probe from closing the connection that holds the test's transaction."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    monkeypatch.setattr(wrapper, "close", lambda: None)
    monkeypatch.setattr(wrapper, "without_pool", lambda: wrapper)


@pytest.mark.usefixtures("own_connection")
def test_the_database_is_probed(marker):
    assert database.probe_database().version == "17.4"
    assert "none pending" in database.probe_migrations().detail
    assert database.probe_environment("dev").detail == "settings and database agree on dev"
    with pytest.raises(NotReadyError, match="belongs to dev, the settings to prod"):
        database.probe_environment("prod")
    recorder = MigrationRecorder(connections[DEFAULT_DB_ALIAS])
    recorder.record_unapplied("core", "0003_audit_events_and_jobs")
    with pytest.raises(NotReadyError, match="not applied: core.0003"):
        database.probe_migrations()


def test_redis_is_probed(app_redis):
    assert probe_cache(app_redis.url).version.startswith("7.2.")


def test_checks_say_what_to_do(marker, told, app_redis, tmp_path):
    told(redis_url=app_redis.url, media=str(tmp_path))
    assert checks.environment_marker(None, ["default"]) == []
    assert checks.redis_answers(None, ["default"]) == checks.redis_answers(None) == []
    assert checks.startup(None) == []
    told(name="prod", redis_url="redis://127.0.0.1:9/0", media=str(tmp_path / "none"))
    (wrong,) = checks.environment_marker(None, ["default"])
    (away,) = checks.redis_answers(None, ["default"])
    (closed,) = checks.startup(None)
    assert [each.id for each in (wrong, away, closed)] == ["core.E001", "core.W001", "core.E002"]
    assert "start Redis" in away.hint
    told(name="dev")
    assert checks.startup(None)[0].id == "core.W002"


def test_the_administrator_of_a_development_environment(told, capsys):
    call_command("ensure_admin")
    told(admin=AdminAccount("grace", "a-password"))
    call_command("ensure_admin")
    call_command("ensure_admin")
    said = capsys.readouterr().out.splitlines()
    assert [line.split(" ")[-1] for line in said] == ["set).", "created.", "changed."]
    assert User.objects.get(username="grace").is_superuser
    told(name="prod")
    with pytest.raises(CommandError, match="create_first_admin"):
        call_command("ensure_admin")


def test_a_database_changes_hands_when_asked_to(marker, told, capsys):
    call_command("mark_environment")
    told(name="dr")
    with pytest.raises(CommandError, match="belongs to dev, not to dr"):
        call_command("mark_environment")
    call_command("mark_environment", "--replace")
    assert EnvironmentMarker.objects.get().name == "dr"


def test_waiting_for_the_database(monkeypatch):
    call_command("wait_for_database")
    problems = iter(["cannot be reached", "cannot be reached", None, "refused the credentials"])
    module = "core.management.commands.wait_for_database"
    monkeypatch.setattr(f"{module}._problem", lambda: next(problems))
    monkeypatch.setattr(f"{module}.PAUSE_SECONDS", 0)
    call_command("wait_for_database", "--timeout", "30")
    with pytest.raises(CommandError, match="Check DATABASE_USER"):
        call_command("wait_for_database")


def test_administrators_read_rows_that_services_write(client, administrator):
    client.force_login(administrator)
    for name in ("auditevent", "job", "environmentmarker"):
        assert client.get(f"/admin/core/{name}/").status_code == 200
        assert client.get(f"/admin/core/{name}/add/").status_code == 403
    assert client.get("/admin/profiles/profile/").status_code == 200


def test_where_peoples_documents_are_the_status_page_tells_strangers_little(
    client, administrator, told, monkeypatch
):
    from core.health.status import Finding
    from core.views import health

    monkeypatch.setattr(health, "probes", lambda _: {"database": lambda: Finding("17.4")})
    monkeypatch.setattr(health, "sample_search", lambda *_, **__: None)
    assert "17.4" in client.get("/status/").content.decode()
    told(name="prod")
    assert "17.4" not in client.get("/status/").content.decode()
    client.force_login(administrator)
    assert "17.4" in client.get("/status/").content.decode()


def test_a_token_that_is_missing_is_explained(administrator):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.force_login(administrator)
    answer = strict.post("/logout/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
