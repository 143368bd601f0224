"""Secrets are rotated on a running environment under load, and none is seen anywhere."""

import json
import threading
from pathlib import Path

import docker
import psycopg
import pytest
from machine import Clone
from writer import Writer

from cli.workspace import Workspace
from infra.database_role import read_file
from infra.services.common import secret_file

pytestmark = pytest.mark.e2e

FILES = ("postgres-password", "django-secret-key", "admin-password")
FIRST_ADMIN_PASSWORD = "first-canary-of-the-administrator"


@pytest.fixture(scope="module")
def clone(repository, daemon, tmp_path_factory):
    """An environment whose secrets are generated, but for one that is a Pulumi secret."""
    fresh = Clone.of(repository, tmp_path_factory.mktemp("clone"))
    fresh.configure(**{"ledgerflow:secrets": {}})
    Workspace(fresh.path).prepare()
    assert fresh.pulumi("stack", "init", "--secrets-provider", "passphrase").returncode == 0
    setting = ("--secret", "--path", "ledgerflow:secrets.admin-password", FIRST_ADMIN_PASSWORD)
    assert fresh.pulumi("config", "set", *setting).returncode == 0
    yield fresh
    fresh.remove(daemon)


class ProcessList(threading.Thread):
    """Every command line that any process of the machine has while it watches."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.lines: set[bytes] = set()
        self.end = threading.Event()

    def run(self):
        while not self.end.wait(0.2):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.lines.add(path.read_bytes())
                except OSError:
                    continue


def values(clone, daemon) -> set[str]:
    """Return what the application's container has of each secret now."""
    container = daemon.containers.get(clone.container("django"))
    found = {read_file(container, secret_file(name).path) for name in FILES}
    search = daemon.containers.get(clone.container("searxng"))
    line = next(
        x for x in read_file(search, "/etc/searxng/settings.yml").splitlines() if "_key" in x
    )
    return found | {line.split('"')[1]}


def rotate(clone, name):
    processes = ProcessList()
    processes.start()
    result = clone.make("rotate", f"SECRET={name}")
    processes.end.set()
    processes.join()
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr + repr(processes.lines)


@pytest.fixture(scope="module")
def rotated(running, daemon):
    """Rotate three kinds of secrets; return all values there ever were, and all that was said."""
    seen = values(running, daemon)
    said = [running.first_up.stdout + running.first_up.stderr]
    with Writer(running.container("django"), running.ports["postgres"]) as writer:
        before = writer.password()
        said.append(rotate(running, "postgres-password"))
    running.writer, running.old_password = writer, before
    seen |= values(running, daemon)
    said += [rotate(running, "admin-password"), rotate(running, "searxng-secret")]
    running.seen = seen | values(running, daemon)
    running.said = said
    return running


def test_no_accepted_write_is_lost_and_the_client_goes_on(rotated):
    writer = rotated.writer
    assert len(writer.accepted) > 100
    assert writer.lost() == set()
    refused = set(range(1, writer.accepted[-1])) - set(writer.accepted)
    assert refused, "the rotation was not noticed at all: was anything restarted?"
    assert writer.accepted[-1] > max(refused)
    assert writer.interruption < 60


def test_the_old_database_password_is_refused_and_the_new_one_works(rotated):
    fresh = Writer(rotated.container("django"), rotated.ports["postgres"])
    assert fresh.password() != rotated.old_password
    fresh.connect().close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        fresh.connect(rotated.old_password)


def test_every_rotation_made_a_new_value(rotated):
    # four secrets at first, three of them rotated
    assert len(rotated.seen) == 4 + 3
    assert FIRST_ADMIN_PASSWORD in rotated.seen


def test_no_value_is_in_inspect_logs_processes_state_or_output(rotated, daemon):
    haystack = {f"what was said, {i}": text for i, text in enumerate(rotated.said)}
    haystack["stack output"] = rotated.pulumi("stack", "output", "--json").stdout
    haystack["stack file"] = rotated.stack_file.read_text()
    for name in rotated.created(daemon):
        try:
            container = daemon.containers.get(name)
        except docker.errors.NotFound:
            continue
        haystack[f"inspect {name}"] = json.dumps(container.attrs)
        haystack[f"logs {name}"] = container.logs().decode(errors="replace")
    for path in (rotated.path / ".ledgerflow" / "state").rglob("*"):
        if path.is_file():
            haystack[f"state {path.name}"] = path.read_text(errors="replace")
    assert len(haystack) > 20
    found = [where for where, text in haystack.items() for word in rotated.seen if word in text]
    assert not found


def test_after_rotations_nothing_is_left_to_change(rotated):
    result = rotated.pulumi("preview", "--expect-no-changes")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_development_default_is_not_rotated(rotated):
    rotated.configure(**{"ledgerflow:secrets": {"searxng-secret": "known to everybody"}})
    result = rotated.make("rotate", "SECRET=searxng-secret")
    assert result.returncode != 0
    assert "stands in clear" in result.stderr
    assert "known to everybody" not in result.stdout + result.stderr
