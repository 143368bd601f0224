"""The lock before Django's command lines, on a real PostgreSQL."""

import json
import os
import subprocess
import sys
import time

import pytest

from guard.audit.verifying import verify
from guard.manage import permit

pytestmark = pytest.mark.integration

PROD = {"LEDGERFLOW_ENVIRONMENT": "prod"}


@pytest.fixture
def prod(app):
    """The application as production, its first migrations applied without any permit."""
    first = app.manage("migrate", "--noinput", **PROD)
    assert first.returncode == 0, first.stderr
    assert app.query("SELECT name FROM core_environmentmarker") == [("prod",)]
    return app


def permitted(app, *command):
    key = app.services.variables("prod", app.database, inside=True)["DJANGO_SECRET_KEY"]
    given = permit.issue("prod", command, "ledgerflow_db_backup_20270101_000000", time.time())
    return {permit.VARIABLE: permit.sealed(given, key)}


def lines(app):
    texts = [path.read_text() for path in sorted(app.audit.glob("audit-*.jsonl"))]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def decisions(app):
    return [
        (" ".join(line["argv"]), line["decision"], line["rule"])
        for line in lines(app)
        if line["event"] == "decision"
    ]


def refused(result, rule):
    assert result.returncode == 1, result.stdout + result.stderr
    assert len(result.stderr.splitlines()) == 2, result.stderr
    first, second = result.stderr.splitlines()
    assert first.startswith(f"refused by {rule}: ")
    assert second.startswith("  -> ")
    return True


def test_a_migration_runs_once_behind_a_permit_and_is_recorded(prod):
    command = ("migrate", "--noinput")
    assert refused(prod.manage(*command, **PROD), "LF061")
    given = permitted(prod, *command)
    assert refused(prod.manage("migrate", "--noinput", "-v3", **PROD, **given), "LF061")
    done = prod.manage(*command, **PROD, **given)
    assert done.returncode == 0, done.stderr
    assert refused(prod.manage(*command, **PROD, **given), "LF061")
    back = ("migrate", "core", "0001")
    result = prod.manage(*back, **PROD, **permitted(prod, *back))
    assert refused(result, "LF061")
    assert "leads back" in result.stderr
    assert decisions(prod) == [
        ("manage.py migrate --noinput", "allow", None),
        ("manage.py migrate --noinput", "refuse", "LF061"),
        ("manage.py migrate --noinput -v3", "refuse", "LF061"),
        ("manage.py migrate --noinput", "allow", "LF061"),
        ("manage.py migrate --noinput", "refuse", "LF061"),
        ("manage.py migrate core 0001", "refuse", "LF061"),
    ]
    allowed = [line for line in lines(prod) if line.get("backup")]
    assert [line["backup"] for line in allowed] == ["ledgerflow_db_backup_20270101_000000"]
    ends = [line["exit_code"] for line in lines(prod) if line["event"] == "outcome"]
    assert ends == [0, 0]
    assert verify(prod.audit).intact
    for looking in (("migrate", "--check"), ("migrate", "--plan"), ("showmigrations",)):
        assert prod.manage(*looking, **PROD).returncode == 0
    assert len(decisions(prod)) == 6


def test_no_spelling_gets_round_the_lock(prod):
    prod.query("CREATE TABLE kept AS SELECT 1 AS n")
    outside = prod.services.variables("prod", prod.database, inside=False)
    script = "from django.core.management import execute_from_command_line as run; "
    for words in (
        ["manage.py", "flush", "--noinput"],
        ["manage.py", "flush", "--noi", "-v0"],
        ["manage.py", "shell", "-c", "print(1)"],
        ["manage.py", "dumpdata"],
        ["manage.py", "check", "--settings=core.apps"],
        ["-m", "django", "flush", "--noinput", "--settings", "config.settings"],
        ["-c", f"{script}run(['x', 'flush', '--noinput', '--settings=config.settings'])"],
    ):
        result = subprocess.run(
            [sys.executable, *words],
            cwd=prod.folder,
            env={"PATH": os.environ["PATH"], **prod.own(), **outside},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert refused(result, "LF060"), words
    mistaken = prod.manage("flush", "--no", **PROD)
    assert mistaken.returncode != 0
    assert "ambiguous option" in mistaken.stderr
    assert "Traceback" not in mistaken.stderr
    assert prod.query("SELECT count(*) FROM core_environmentmarker") == [(1,)]
    assert json.loads(prod.manage("dumpdata", "core", **PROD).stdout)


def test_another_environment_s_database_is_not_touched(prod):
    for words in (("clearsessions",), ("flush", "--noinput"), ("migrate", "--noinput")):
        result = prod.manage(*words, LEDGERFLOW_ENVIRONMENT="dev")
        assert refused(result, "LF062")
        assert "belongs to prod, the settings to dev" in result.stderr
    lost = prod.manage("clearsessions", **PROD, DATABASE_HOST="127.0.0.9")
    assert refused(lost, "LF062")
    assert prod.manage("check", **PROD, DATABASE_HOST="127.0.0.9").returncode == 0


def test_what_cannot_be_recorded_is_not_done(prod):
    (prod.audit.parent / "file").touch()
    nowhere = {"LEDGERFLOW_AUDIT": str(prod.audit.parent / "file" / "audit")}
    result = prod.manage("clearsessions", **PROD, **nowhere)
    assert refused(result, "LF060")
    assert "the audit log cannot be written" in result.stderr
    assert prod.manage("check", **PROD, **nowhere).returncode == 0


def test_without_the_lock_nothing_runs_where_documents_are(prod):
    result = prod.manage("clearsessions", **PROD, PYTHONPATH="")
    assert result.returncode == 1
    assert "the lock of manage.py cannot be loaded" in result.stderr
    other = prod.manage("check", PYTHONPATH="")
    assert other.returncode == 0, other.stderr
