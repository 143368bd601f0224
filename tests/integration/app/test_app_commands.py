"""The application's commands on a real PostgreSQL."""

import json

import psycopg
import pytest

pytestmark = pytest.mark.integration

ADMIN = {"DJANGO_ADMIN_USERNAME": "ada", "DJANGO_ADMIN_PASSWORD": "first-password"}


def test_migrations_apply_once_and_describe_the_models(app):
    first = app.manage("migrate", "--no-input")
    assert first.returncode == 0, first.stderr
    assert "core.0001_initial... OK" in first.stdout
    assert "No migrations to apply" in app.manage("migrate", "--no-input").stdout
    check = app.manage("makemigrations", "--check", "--dry-run")
    assert (check.returncode, check.stdout) == (0, "No changes detected\n")


def test_the_first_migration_marks_the_database(migrated):
    ((name, uid),) = migrated.query("SELECT name, uid FROM core_environmentmarker")
    assert name == "test-app"
    assert uid is not None


@pytest.mark.parametrize("singleton", ["true", "false"])
def test_there_is_never_a_second_marker(migrated, singleton):
    with pytest.raises(psycopg.errors.IntegrityError):
        migrated.query(
            "INSERT INTO core_environmentmarker (uid, created_at, updated_at, name, singleton) "
            f"VALUES (gen_random_uuid(), now(), now(), 'dev', {singleton})"
        )


def test_a_database_of_another_environment_is_not_migrated(migrated):
    result = migrated.manage("migrate", "--no-input", LEDGERFLOW_ENVIRONMENT="test-other")
    assert result.returncode == 1
    assert "the database belongs to test-app, the settings to test-other" in result.stderr
    assert "mark_environment --replace" in result.stderr


def test_a_database_changes_hands_only_when_asked_to(migrated):
    other = {"LEDGERFLOW_ENVIRONMENT": "test-other"}
    refused = migrated.manage("mark_environment", **other)
    assert refused.returncode == 1
    assert "belongs to test-app, not to test-other" in refused.stderr
    taken = migrated.manage("mark_environment", "--replace", **other)
    assert taken.stdout == "The database belongs to test-other now (before: test-app).\n"
    assert migrated.manage("migrate", "--no-input", **other).returncode == 0
    assert migrated.query("SELECT name FROM core_environmentmarker") == [("test-other",)]


def test_a_lost_marker_is_written_again_on_request_only(migrated):
    migrated.query("DELETE FROM core_environmentmarker")
    assert migrated.manage("migrate", "--no-input").returncode == 0
    assert migrated.query("SELECT name FROM core_environmentmarker") == []
    assert migrated.manage("mark_environment").returncode == 0
    assert migrated.query("SELECT name FROM core_environmentmarker") == [("test-app",)]


def test_the_administrator_is_created_once_and_never_changed(migrated):
    first = migrated.manage("ensure_admin", **ADMIN)
    assert first.stdout == "Administrator ada is created.\n"
    before = migrated.query("SELECT username, password, is_superuser FROM auth_user")
    again = migrated.manage("ensure_admin", **{**ADMIN, "DJANGO_ADMIN_PASSWORD": "second"})
    assert again.stdout == "Administrator ada exists; nothing is changed.\n"
    assert migrated.query("SELECT username, password, is_superuser FROM auth_user") == before
    assert (before[0][0], before[0][2]) == ("ada", True)


def test_without_a_name_no_administrator_is_created(migrated):
    result = migrated.manage("ensure_admin")
    assert result.returncode == 0
    assert migrated.query("SELECT count(*) FROM auth_user") == [(0,)]


@pytest.mark.parametrize("environment", ["prod", "dr"])
def test_production_gets_no_administrator_from_variables(migrated, environment):
    migrated.query(f"UPDATE core_environmentmarker SET name = '{environment}'")
    result = migrated.manage("ensure_admin", LEDGERFLOW_ENVIRONMENT=environment, **ADMIN)
    assert result.returncode == 1
    assert f"refuses to run in {environment}" in result.stderr
    assert "first-password" not in result.stdout + result.stderr
    assert migrated.query("SELECT count(*) FROM auth_user") == [(0,)]


def test_waiting_ends_when_the_database_answers(app):
    assert app.manage("wait_for_database", "--timeout", "30").returncode == 0


def test_waiting_for_nobody_ends_with_the_address(app):
    result = app.manage("wait_for_database", "--timeout", "0", DATABASE_HOST="127.0.0.9")
    assert result.returncode == 1
    assert "PostgreSQL at 127.0.0.9:" in result.stderr
    assert "Check DATABASE_HOST and DATABASE_PORT" in result.stderr
    assert "Traceback" not in result.stderr


def test_refused_credentials_are_not_waited_for(app):
    result = app.manage("wait_for_database", "--timeout", "100", DATABASE_PASSWORD="hunter2")
    assert result.returncode == 1
    assert "refused the credentials" in result.stderr
    assert "hunter2" not in result.stderr + result.stdout


def test_the_deployment_check_is_clean_in_production(app):
    result = app.manage(
        "check", "--deploy", "--fail-level", "WARNING", LEDGERFLOW_ENVIRONMENT="prod"
    )
    assert result.returncode == 0, result.stderr


def test_the_deployment_check_sees_plain_http(app):
    result = app.manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        LEDGERFLOW_ENVIRONMENT="prod",
        DJANGO_SECURE="false",
    )
    assert result.returncode == 1
    assert "security.W012" in result.stderr


def test_mistakes_in_the_environment_are_lines_without_a_traceback(app):
    result = app.manage("check", DJANGO_DEBUG="perhaps", DATABASE_PORT="none")
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "LedgerFlow cannot start: correct these environment variables.",
        '  DJANGO_DEBUG: "perhaps" is not allowed; must be true or false',
        '  DATABASE_PORT: "none" is not allowed; must be a whole number from 1 to 65535',
    ]


def test_the_application_s_part_in_a_rotation(migrated):
    assert migrated.manage("ensure_admin", **ADMIN).returncode == 0

    def ask(wanted, words, **variables):
        result = migrated.manage("rotation", wanted, given=json.dumps(words), **variables)
        return json.loads(result.stdout) if result.returncode == 0 else result.stderr

    both = ["first-password", "second-password"]
    assert ask("try-admin-passwords", both, **ADMIN) == [True, False]
    renewed = {**ADMIN, "DJANGO_ADMIN_PASSWORD": "second-password"}
    assert ask("apply-admin-password", None, **renewed) == []
    assert ask("try-admin-passwords", both, **ADMIN) == [False, True]
    nobody = {**ADMIN, "DJANGO_ADMIN_USERNAME": "bob"}
    assert "there is no account bob" in ask("apply-admin-password", None, **nobody)
    right = migrated.services.variables("dev", "x", inside=True)["DATABASE_PASSWORD"]
    assert ask("try-database-passwords", ["wrong", right]) == [False, True]
