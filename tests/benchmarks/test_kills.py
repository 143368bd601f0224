"""``kill -9`` at ten points of a prod ``up``: data intact, and the next ``up`` goes on and heals.

Six points lie in a first deploy, each run going on where the one before was killed; four lie in
a change that replaces the database's container. Kills hit the whole process group, as a terminal
or a machine that dies does.
"""

import os
import signal
import subprocess
import threading
import time

import docker
import pytest
import yaml
from machine import Clone, printed

from tests.ports import free_ports

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

WAIT_SECONDS = 300
HEALTHY = "health_status: healthy"

FIRST_DEPLOY = [
    ("network", "create", "internal"),
    ("volume", "create", "db_data"),
    ("container", "create", "postgres"),
    ("container", "start", "redis"),
    ("container", HEALTHY, "postgres"),
    ("container", "start", "django_blue"),
]
REPLACEMENT = [
    ("container", "kill", "postgres"),
    ("container", "destroy", "postgres"),
    ("container", "create", "postgres"),
    ("container", HEALTHY, "postgres"),
]


class Events(threading.Thread):
    """Tells when the daemon first did something to a thing of an environment."""

    def __init__(self, environment, kind, action, name):
        super().__init__(daemon=True)
        self._client = docker.from_env()
        self._wanted = (kind, action, f"ledger_{environment}_{name}")
        self._stream = self._client.events(decode=True)
        self.seen = threading.Event()

    def run(self):
        for event in self._stream:
            actor = event["Actor"]
            name = actor["ID"] if event["Type"] == "volume" else actor["Attributes"].get("name")
            if (event["Type"], event["Action"], name) == self._wanted:
                self.seen.set()
                return

    def close(self):
        self._stream.close()
        self._client.close()


def kill_at(clone, point):
    """Run `make up` and kill it with everything that it started, right after the event."""
    events = Events(clone.environment, *point)
    events.start()
    process = subprocess.Popen(
        clone.make_command("up"),
        cwd=clone.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.append(process.stdout.read()), daemon=True)
    reader.start()
    deadline = time.monotonic() + WAIT_SECONDS
    while not events.seen.wait(0.01):
        ended = process.poll() is not None
        assert not ended, f"the run ended before {point}:\n{''.join(said)}"
        assert time.monotonic() < deadline, point
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    events.close()


@pytest.fixture(scope="module")
def clone(repository, tmp_path_factory):
    client = docker.from_env()
    fresh = Clone.of(repository, tmp_path_factory.mktemp("clone"), like="prod")
    yield fresh
    fresh.remove(client)
    client.close()


def query(clone, sql):
    client = docker.from_env()
    server = client.containers.get(clone.container("postgres"))
    command = ["psql", "-h", "/var/run/postgresql", "-U", "ledgerflow", "-Atc", sql, "ledgerflow"]
    answer = printed(server, *command).strip()
    client.close()
    return answer


def assert_healed(clone):
    result = clone.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    for command in ("status", "preview", "drift"):
        result = clone.make(command)
        assert result.returncode == 0, result.stdout + result.stderr


def test_a_first_deploy_killed_six_times(clone):
    for point in FIRST_DEPLOY:
        kill_at(clone, point)
    assert_healed(clone)
    query(clone, "create table entrusted as select generate_series(1, 1000) as n")


def test_a_replaced_database_killed_four_times(clone):
    """Each kill hits a change of its own, and is followed by a run that heals."""
    started = query(clone, "select pg_postmaster_start_time()")
    for point in REPLACEMENT:
        document = yaml.safe_load(clone.stack_file.read_text())
        # a published port takes a new container, where a limit would be changed in place
        document["config"]["ledgerflow:ports"]["postgres"] = free_ports(1)[0]
        clone.stack_file.write_text(yaml.safe_dump(document))
        kill_at(clone, point)
        assert_healed(clone)
        assert query(clone, "select count(*), sum(n) from entrusted") == "1000|500500"
    assert query(clone, "select pg_postmaster_start_time()") != started
