"""``ledger_docker`` before the real client and a daemon that obeys the plugin."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from backup_files import write_backup

from guard.audit.verifying import verify
from tests.integration.guard.guarded import Guarded, guarded
from tests.integration.guard.own_daemon import IMAGE, REPOSITORY

pytestmark = pytest.mark.integration

REMOVE = ["volume", "rm", "ledger_dev_media_data"]


@pytest.fixture(scope="module")
def world():
    with guarded() as running:
        yield running


@pytest.fixture
def call(world: Guarded, tmp_path: Path):
    """Return what runs ``ledger_docker`` on that daemon, with the plugin's audit log."""
    variables = {
        **world.environ,
        "LEDGERFLOW_AUDIT": str(world.daemon.places.serving.audit),
        "LEDGERFLOW_ARCHIVE": str(tmp_path / "archive"),
    }

    def run(*words: str, text: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [REPOSITORY / "ledger_docker", *words],
            cwd=tmp_path,
            env={**variables, **more},
            input=text,
            capture_output=True,
            text=True,
        )

    return run


def volumes(world: Guarded) -> set[str]:
    return {volume.name for volume in world.client.volumes.list()}


def test_streams_and_exit_codes_are_the_containers(call):
    words = ["run", "-i", "--rm", "--network", "none", IMAGE]
    assert call(*words, "cat", text="through and back").stdout == "through and back"
    result = call(*words, "sh", "-c", "echo no >&2; exit 7")
    assert (result.returncode, result.stderr) == (7, "no\n")
    assert call("exec", "mine", "sh", "-c", "exit 3").returncode == 3
    assert "ledger_prod_postgres" in call("ps", "--format", "{{.Names}}").stdout


def test_what_destroys_ends_before_the_client(call, world):
    before = world.state()
    for words in (REMOVE, ["compose", "down", "-v"], ["system", "prune", "-af", "--volumes"]):
        result = call(*words)
        assert result.returncode == 126, result.stderr
        assert result.stderr.startswith("ledger_docker: refused by LF04")
    assert world.state() == before


def test_an_emergency_passes_the_plugin_once(call, world, tmp_path):
    raw = subprocess.run(["docker", *REMOVE], env=world.environ, capture_output=True, text=True)
    assert raw.returncode != 0
    assert "LF040" in raw.stderr
    backup = write_backup(
        tmp_path / "archive" / "backups", "dev", timedelta(minutes=5), now=datetime.now(UTC)
    )
    phrase = call("emergency", "--request", "--", *REMOVE).stdout.strip()
    result = call("emergency", "--phrase", phrase, "--", *REMOVE)
    assert (result.returncode, result.stdout) == (0, "ledger_dev_media_data\n"), result.stderr
    assert backup in result.stderr
    assert "ledger_dev_media_data" not in volumes(world)
    assert list((world.daemon.places.serving.audit / "grants").iterdir()) == []

    again = call("emergency", "--phrase", phrase, "--", *REMOVE)
    assert again.returncode == 126
    other = subprocess.run(
        ["docker", "volume", "rm", "ledger_dev_db_data"],
        env=world.environ,
        capture_output=True,
        text=True,
    )
    assert "LF040" in other.stderr
    assert "ledger_dev_db_data" in volumes(world)


def test_the_safe_stop_stops_a_locked_environment_and_keeps_everything(call, world):
    before = volumes(world)
    result = call("compose", "down", ENV="prod")
    assert result.returncode == 0, result.stderr
    states = {c.name: c.status for c in world.client.containers.list(all=True)}
    assert states["ledger_prod_postgres"] == "exited"
    assert states["ledger_dev_postgres"] == states["mine"] == "running"
    assert volumes(world) == before


def test_the_command_and_the_plugin_write_one_sound_log(call, world):
    fronts = {line.split()[0] for line in _fronts(world.daemon.places.serving.audit)}
    assert fronts == {"ledger_docker", "authz"}
    assert verify(world.daemon.places.serving.audit).intact
    assert call("audit", "verify").returncode == 0
    assert os.geteuid() == 0, "a daemon of one's own is the superuser's"


def _fronts(folder: Path) -> list[str]:
    import json

    lines = [raw for path in folder.glob("audit-*") for raw in path.read_text().splitlines()]
    return [str(json.loads(raw)["front"]) for raw in lines if '"front"' in raw]
