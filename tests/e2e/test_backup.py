"""Backups as a person has them: by make and by the schedule's stack, while it is up or not."""

import contextlib
import fcntl
import gzip
import json
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from machine import printed

from backup.catalog import Catalog
from infra import conventions

pytestmark = pytest.mark.e2e

PATIENCE = 300
"""Seconds for the schedule's first runs, on a busy machine."""


@pytest.fixture(scope="module")
def archive(running):
    """The folder of the environment's backups; it lies beside the clone."""
    return running.path.parent / "LedgerFlow_Archive" / "backups" / running.environment


@contextlib.contextmanager
def guarded(clone):
    """The clone's program as if its environment held people's own documents, as prod does."""
    program = clone.path / "cli" / "backups.py"
    before = program.read_text()
    guarding = before.replace("not in conventions.LOCKED_ENVIRONMENTS", f"!= {clone.environment!r}")
    assert guarding != before
    program.write_text(guarding)
    yield
    program.write_text(before)


def change(clone, memory_mib):
    """Ask `make up` for a change that is made in place; return its result."""
    clone.configure(**{"ledgerflow:limits": {"redis": {"memory_mib": memory_mib, "cpus": 1}}})
    return clone.make("up")


@pytest.fixture(scope="module")
def backed_up(running, archive, daemon):
    """An environment with one backup made by hand; its schedule is taken away in the end."""
    before = running.make("backup-status", "REQUIRE_FRESH=1")
    assert before.returncode != 0
    assert "no verified backup" in before.stdout
    with guarded(running):
        running.unguarded_change = change(running, 300)
    running.configure()
    running.first_backup = running.make("backup", "JSON=1")
    assert running.first_backup.returncode == 0, running.first_backup.stderr
    yield running
    running.make("backup-down")


@pytest.fixture(scope="module")
def scheduled(backed_up):
    """The same with its schedule's stack up."""
    result = backed_up.make("backup-up")
    assert result.returncode == 0, result.stdout + result.stderr
    return backed_up


def pulumi(clone, *arguments):
    """Run pulumi by hand on the backup's stack."""
    script = 'eval "$(make -s env)" && exec pulumi "$@"'
    command = [*arguments, "--stack", f"{clone.environment}-backup"]
    return subprocess.run(
        ["sh", "-c", script, "pulumi", *command],
        cwd=clone.path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def schedule(clone, daemon):
    return daemon.containers.get(clone.container("backup"))


def health(container):
    container.reload()
    return container.attrs["State"]["Health"]["Status"]


def eventually(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.5)
    return found


def proven(archive, kind):
    return [e for e in Catalog(archive).entries() if e.kind == kind and e.proven]


def by_hand(archive):
    """Return the proven database backups that a person asked for; the schedule makes others."""
    return [entry for entry in proven(archive, "db") if entry.manifest.reason == "manual"]


def test_make_backup_makes_a_proven_one_and_leaves_no_container(backed_up, archive, daemon):
    answer = json.loads(backed_up.first_backup.stdout)
    assert answer["proven"] is True
    (entry,) = proven(archive, "db")
    assert entry.id == answer["id"]
    with gzip.open(entry.payload_path, "rt") as dump:
        assert "PostgreSQL database dump complete" in dump.read()
    assert entry.evidence_path.read_text().startswith(f"# {entry.id} restores")
    left = [name for name in backed_up.created(daemon) if "_backup_run" in name]
    assert left == []


def test_production_changes_only_once_there_is_one(backed_up, archive, daemon):
    """Rule LF035 at work: refused before the backup, let through by it."""
    refused = backed_up.unguarded_change
    assert refused.returncode != 0
    assert f"LF035: {backed_up.environment} would change" in refused.stderr
    assert "nothing was changed" in refused.stderr
    assert f"make backup ENV={backed_up.environment}" in refused.stderr
    assert "pulumi up" not in refused.stderr
    with guarded(backed_up):
        allowed = change(backed_up, 310)
    assert allowed.returncode == 0, allowed.stderr
    (entry,) = proven(archive, "db")
    assert f"Backup: {entry.id}" in allowed.stderr
    redis = daemon.containers.get(backed_up.container("redis"))
    assert redis.attrs["HostConfig"]["Memory"] == 310 << 20


def test_a_person_sees_it_without_docker(backed_up):
    result = backed_up.make("backup-status", "REQUIRE_FRESH=1", DOCKER_HOST="tcp://127.0.0.1:1")
    assert result.returncode == 0, result.stderr
    assert "is proven and" in result.stdout


def test_listing_and_checking_need_no_network(backed_up, archive):
    (entry,) = proven(archive, "db")
    assert entry.id in backed_up.make("backups").stdout
    checked = backed_up.make("backup-check")
    assert checked.returncode == 0, checked.stderr
    assert f"{entry.id}  as it was written" in checked.stdout


def test_a_damaged_payload_shuts_the_gate_and_is_named(backed_up, archive):
    (entry,) = proven(archive, "db")
    content = entry.payload_path.read_bytes()
    entry.payload_path.chmod(0o640)
    try:
        entry.payload_path.write_bytes(content[:-1])
        result = backed_up.make("backup-status", "REQUIRE_FRESH=1")
        assert result.returncode != 0
        assert "is damaged" in result.stdout
    finally:
        entry.payload_path.write_bytes(content)
        entry.payload_path.chmod(0o440)


def test_a_killed_run_lists_nothing_and_the_next_one_leaves_no_container(
    backed_up, archive, daemon
):
    """Killed are the command that a person sees and, with all in it, its container."""
    before = {entry.id for entry in Catalog(archive).entries()}
    command = backed_up.make_command("backup")
    with subprocess.Popen(
        command, cwd=backed_up.path, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        container = eventually(lambda: one_off(backed_up, daemon), "no run was begun")
        os.killpg(process.pid, signal.SIGKILL)
    container.kill()
    assert {entry.id for entry in Catalog(archive).entries()} == before
    answer = json.loads(backed_up.make("backup", "JSON=1").stdout)
    assert answer["proven"]
    assert {entry.id for entry in Catalog(archive).entries()} == before | {answer["id"]}
    assert [name for name in backed_up.created(daemon) if "_backup_run" in name] == []
    assert [path.name for path in archive.glob("*") if "partial" in path.name] == []


def one_off(clone, daemon):
    """Return the running container of a run by hand."""
    running = daemon.containers.list(filters={"name": f"{clone.container('backup')}_run_"})
    return running[0] if running else None


def test_no_secret_is_seen_from_outside(scheduled, daemon):
    inspected = json.dumps(schedule(scheduled, daemon).attrs)
    password = "ledgerflow"  # the development default, as a whole word of a variable's value
    variables = schedule(scheduled, daemon).attrs["Config"]["Env"]
    assert not any(v.partition("=")[2] == password and "PASSWORD" in v for v in variables)
    assert "docker.sock" not in inspected


def test_the_schedule_makes_what_is_missing_and_is_healthy(scheduled, archive, daemon):
    eventually(lambda: proven(archive, "full"), "no full backup was made")
    eventually(lambda: list(archive.glob("drills/*.json")), "no drill was made")
    container = schedule(scheduled, daemon)
    eventually(lambda: health(container) == "healthy", "the schedule is not healthy")
    printed(container, "ledgerflow-backup", "health")
    script = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:9187').read().decode())"
    metrics = printed(container, "python", "-c", script, asked=3)
    assert 'ledgerflow_backup_runs_total{job="full",result="success"}' in metrics
    lines = container.logs(stderr=False).decode().splitlines()
    assert {json.loads(line)["event"] for line in lines} >= {"schedule.started", "run.ended"}


def test_the_full_backup_holds_what_only_the_machine_knows(scheduled, archive):
    entry = eventually(lambda: proven(archive, "full"), "no full backup was made")[-1]
    members = {file.path for file in entry.manifest.full.files}
    assert "context/stack-export.json" in members
    assert entry.manifest.full.versions["postgres.image_id"].startswith("sha256:")
    context = scheduled.path / ".ledgerflow/backup" / scheduled.environment / "context"
    outputs = json.loads((context / "stack-outputs.json").read_text())
    assert outputs["databasePassword"] == "[secret]"
    assert "ciphertext" in (context / "stack-export.json").read_text()


def test_nothing_changes_a_second_time(scheduled):
    result = pulumi(scheduled, "preview", "--expect-no-changes")
    assert result.returncode == 0, result.stdout


def test_a_run_can_be_asked_for_through_pulumi_and_waits_its_turn(scheduled, archive, daemon):
    before = by_hand(archive)
    container = schedule(scheduled, daemon)

    def another_run():
        with (archive / ".lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            held.set()
            eventually(lambda: "--reason manual" in str(container.top()), "nobody asked for a run")
            time.sleep(1)

    held = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(another_run)
        assert held.wait(PATIENCE)
        asked = pulumi(scheduled, "up", "--yes", "--skip-preview", "-c", "backup:runNow=db")
        other.result()
    assert asked.returncode == 0, asked.stdout
    assert "proven: restored and equal" in asked.stdout
    assert len(by_hand(archive)) == len(before) + 1
    assert pulumi(scheduled, "config", "rm", "backup:runNow").returncode == 0


def test_destroying_the_environment_leaves_its_backups_alone(scheduled, archive, daemon):
    container = schedule(scheduled, daemon)
    result = scheduled.make("down")
    assert result.returncode == 0, result.stdout + result.stderr
    left = scheduled.created(daemon)
    assert scheduled.container("backup") in left
    assert conventions.network_name(scheduled.environment, "internal") not in left
    patience = {"LEDGERFLOW_BACKUP_LOCK_SECONDS": str(PATIENCE)}
    command = ("ledgerflow-backup", "db", "--json")
    answer = json.loads(printed(container, *command, code=1, environment=patience))
    assert answer["error"] == "source"
    assert proven(archive, "full")
