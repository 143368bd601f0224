"""The off-site commands in processes of their own, also killed at every step of a push."""

import json
import os
import signal
import sys
from dataclasses import dataclass
from datetime import timedelta

import pytest

from backup.catalog import Catalog
from backup.clock import now
from backup.command import main
from backup.retention.memory import record_run
from tests.integration.backup.object_store import ROOT, object_store
from tests.unit.backup.whole_backups import write_whole_backup

pytestmark = pytest.mark.integration

HOUR = timedelta(hours=1)
LARGE = os.urandom(11 << 20)


@pytest.fixture(scope="module")
def server():
    with object_store() as running:
        yield running


@pytest.fixture
def run(server, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(ROOT[1])
    offsite = {"BUCKET": server.bucket(), "ENDPOINT": server.endpoint, "ACCESS_KEY": ROOT[0]}
    offsite |= {"SECRET_FILE": str(secret), "PART_MIB": "5", "PATIENCE_SECONDS": "2"}
    variables = {f"LEDGERFLOW_BACKUP_OFFSITE_{name}": value for name, value in offsite.items()}
    variables |= {"LEDGERFLOW_BACKUP_ENVIRONMENT": "dev"}

    def start(*words, archive=tmp_path, **more):
        arguments = ["--archive", str(archive), "offsite", *words]
        return _in_a_fork(arguments, {**variables, **more}, tmp_path)

    return start


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def _in_a_fork(arguments, variables, folder):
    """Run the command in a process of its own that has everything imported already."""
    out, err = folder / "stdout", folder / "stderr"
    process = os.fork()
    if process == 0:
        try:
            for number, path in ((1, out), (2, err)):
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
            os.environ.update(variables)
            code = main(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        finally:
            os._exit(99)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return Done(code, out.read_text(), err.read_text())


def test_push_list_pull_verify_prune(run, tmp_path):
    folder = tmp_path / "dev"
    entries = [write_whole_backup(folder, now() - hours * HOUR) for hours in range(1, 6)]
    write_whole_backup(folder, now() - 6 * HOUR, proven=False)
    pushed = run("push", "--json")
    assert json.loads(pushed.stdout)["pushed"] == {entry.id: "sha256" for entry in entries}
    listed = json.loads(run("list", "--json").stdout)
    assert [each["id"] for each in listed] == [entry.id for entry in entries[::-1]]
    pulled = json.loads(run("pull", "--json", archive=tmp_path / "away").stdout)
    assert pulled["id"] == entries[0].id
    assert pulled["proven"]
    assert "read back" in run("verify", entries[3].id).stdout
    record_run(folder, "db", now(), succeeded=True)
    keep = {"LEDGERFLOW_BACKUP_KEEP_DB_HOURS": "0"}
    dry = run("prune", "--dry-run", **keep)
    assert "3 kept, 0 held, 2 to remove" in dry.stdout, dry.stderr
    assert len(json.loads(run("prune", "--json", **keep).stdout)["removed"]) == 2
    assert len(json.loads(run("list", "--json").stdout)) == 3


STEPS = (
    "publish.upload-state.published",
    "offsite.part:1",
    "offsite.part:3",
    "offsite.completed",
    "offsite.verified:1",
    "offsite.sent:1",
    "offsite.sent:2",
    "offsite.verified:4",
)


@pytest.mark.parametrize("step", STEPS)
def test_killed_anywhere_nothing_partial_is_listed_and_the_next_push_is_whole(run, tmp_path, step):
    entry = write_whole_backup(tmp_path / "dev", now() - HOUR, LARGE)
    killed = run("push", LEDGERFLOW_BACKUP_AT_STEP=f"kill:{step}")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    listed = json.loads(run("list", "--json").stdout)
    manifest_was_sent = step == "offsite.verified:4"
    assert [each["proven"] for each in listed] == ([True] if manifest_was_sent else [])
    again = run("push", "--json")
    assert again.returncode == 0, again.stderr
    pulled = run("pull", archive=tmp_path / "away")
    assert pulled.returncode == 0, pulled.stderr
    (back,) = Catalog(tmp_path / "away" / "dev").entries()
    assert back.proven
    assert back.payload_path.read_bytes() == entry.payload_path.read_bytes()
    assert not list((tmp_path / "dev" / ".offsite").glob("*.upload.json"))


@pytest.mark.parametrize("step", ["payload.written", "payload.published", "manifest.synced"])
def test_a_killed_pull_leaves_no_backup(run, tmp_path, step):
    write_whole_backup(tmp_path / "dev", now() - HOUR)
    assert run("push").returncode == 0
    away = tmp_path / "away"
    killed = run("pull", archive=away, LEDGERFLOW_BACKUP_AT_STEP=f"kill:publish.{step}")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert Catalog(away / "dev").entries() == []
    assert run("pull", archive=away).returncode == 0
    assert [entry.proven for entry in Catalog(away / "dev").entries()] == [True]


def test_errors_are_two_lines_and_an_exit_code(run):
    done = run("list", LEDGERFLOW_BACKUP_OFFSITE_BUCKET="lftest-no-such-bucket")
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("Error: asking what the bucket offers (")
    assert "make the bucket" in done.stderr.splitlines()[1]
    done = run("pull", "--json")
    assert json.loads(done.stdout)["error"] == "not-found"
