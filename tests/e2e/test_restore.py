"""Restores as a person does them: scripts and make, into the same environment and another one."""

import json
import os
import subprocess
import urllib.request

import pytest
from machine import Clone, printed

from backup.catalog import Catalog

pytestmark = pytest.mark.e2e

ROWS = "create table receipts as select n, md5(n::text) as note from generate_series(1, 500) as n"
SCAN = "printf 'a scan' >/srv/media/2026/scan.pdf"


@pytest.fixture(scope="module")
def other(running, daemon):
    """Another environment of the same clone, that is up."""
    second = Clone(running.path)
    second.configure()
    result = second.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    yield second
    second.remove(daemon)


@pytest.fixture(scope="module")
def backup(running, daemon):
    """The id of a full backup of rows and a media file."""
    sql(running, daemon, ROWS)
    django(running, daemon, f"mkdir -p /srv/media/2026 && {SCAN}")
    script(running, "backup_dev_full.sh")
    (entry,) = entries(running)
    assert entry.proven
    assert "media/2026/scan.pdf" in {file.path for file in entry.manifest.full.files}
    return entry.id


def script(clone, name, *arguments, code=0):
    """Run one of the scripts that people know, for the clone's environment."""
    result = subprocess.run(
        [clone.path / name, *arguments],
        env={**os.environ, "ENV": clone.environment, "CONFIRM": clone.environment},
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert result.returncode == code, result.stdout + result.stderr
    return result


def sql(clone, daemon, statement):
    """Run SQL in the environment's database; return what it prints."""
    command = ["psql", "-XqAt", "-U", "ledgerflow", "-d", "ledgerflow", "-c", statement]
    postgres = daemon.containers.get(clone.container("postgres"))
    return printed(postgres, *command, asked=3 if statement.startswith("select") else 1).strip()


def django(clone, daemon, command):
    """Run a shell command as the application's user; return what it prints."""
    container = daemon.containers.get(clone.container("django"))
    asked = 3 if command.startswith("cat") else 1
    return printed(container, "sh", "-c", command, asked=asked).strip()


def folder(clone):
    return clone.path.parent / "LedgerFlow_Archive" / "backups" / clone.environment


def entries(clone):
    return Catalog(folder(clone)).entries()


def ready(clone):
    """Ask the application from outside."""
    url = f"http://127.0.0.1:{clone.ports['django']}/readyz"
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.status


def is_restored(clone, daemon):
    """Whether rows, media and application are those of the backup."""
    assert sql(clone, daemon, "select count(*), min(note) from receipts") == (
        "500|00411460f7c92d2124a67ea0f4cb5f85"
    )
    assert django(clone, daemon, "cat /srv/media/2026/scan.pdf") == "a scan"
    django(clone, daemon, "touch /srv/media/2026/new.txt && rm /srv/media/2026/new.txt")
    assert ready(clone) == 200


def test_what_was_damaged_comes_back_and_the_application_answers(running, backup, daemon):
    sql(running, daemon, "drop table receipts; truncate core_environmentmarker")
    django(running, daemon, "rm -r /srv/media/2026 && echo since >/srv/media/since.txt")
    dry = running.make("restore", f"FILE={backup}", "DRY_RUN=1")
    assert dry.returncode == 0, dry.stderr
    assert "A safety backup of what is there now is made" in dry.stdout
    unasked = running.make("restore", f"FILE={backup}")
    assert unasked.returncode != 0
    assert "this is not done unasked" in unasked.stderr
    payload = folder(running) / f"{backup}.tar.gz"
    done = script(running, "scripts/db/restore_full_backup.sh", str(payload))
    assert "ok     application: http://django:8000/readyz answers 200" in done.stdout
    is_restored(running, daemon)
    assert [e.manifest.reason for e in entries(running)] == ["manual", "safety"]
    assert [n for n in running.created(daemon) if "_backup_run" in n] == []


def test_what_was_there_before_is_kept_until_it_is_discarded(running, backup, daemon):
    (kept,) = json.loads(running.make("restores", "JSON=1").stdout)
    assert kept["files"] == 1
    assert running.make("restores", f"DISCARD={kept['restore']}").returncode != 0
    agreed = running.make(
        "restores", f"DISCARD={kept['restore']}", f"CONFIRM={running.environment}"
    )
    assert agreed.returncode == 0, agreed.stderr
    assert "No restore has set anything aside" in running.make("restores").stdout


def test_a_database_backup_is_restored_by_its_script(running, backup, daemon):
    script(running, "backup_dev_db.sh")
    name = entries(running)[-1].payload_path
    sql(running, daemon, "delete from receipts where n > 100")
    script(running, "restore_db_clean.sh", str(name))
    is_restored(running, daemon)


def test_another_environment_gets_it_as_its_own(running, backup, other, daemon):
    done = running.make(
        "restore", f"FILE={backup}", f"INTO={other.environment}", f"CONFIRM={other.environment}"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    is_restored(other, daemon)
    marker = "select name from core_environmentmarker"
    assert sql(other, daemon, marker) == other.environment
    assert sql(running, daemon, marker) == running.environment
    (safety,) = entries(other)
    assert safety.manifest.reason == "safety"


def test_an_environment_that_is_down_is_backed_up_in_an_emergency(running, backup, daemon):
    assert running.make("down").returncode == 0
    before = len(entries(running))
    refused = running.make("backup")
    assert refused.returncode != 0
    assert "does not run" in refused.stderr
    script(running, "backup_dev_full.sh", "--emergency")
    entry = entries(running)[-1]
    assert len(entries(running)) == before + 1
    assert entry.proven
    assert entry.manifest.reason == "emergency"
    assert entry.manifest.contents.tables["public.receipts"] == 500
    assert "media/2026/scan.pdf" in {file.path for file in entry.manifest.full.files}
    volumes = {volume.name for volume in daemon.volumes.list()}
    assert set(running.created(daemon)) <= volumes
