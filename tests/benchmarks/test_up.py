"""No-op preview and up, and a cold up against docker compose on the same spec.

Prints medians of five and their ratio. It asserts only that the work was done: machines differ.
"""

import os
import shutil
import subprocess

import docker
import pytest
from machine import Clone
from ratios import RUNS, Timing, repeated, timed

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def daemon():
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture(scope="module")
def clone(repository, daemon, tmp_path_factory):
    fresh = Clone.of(repository, tmp_path_factory.mktemp("clone"))
    result = fresh.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    yield fresh
    fresh.remove(daemon)


def test_no_op(clone, capsys):
    timings = [
        repeated("pulumi preview, nothing to do", lambda: clone.pulumi("preview")),
        repeated("pulumi up, nothing to do", lambda: clone.pulumi("up", "--yes")),
        repeated("make up, nothing to do", lambda: clone.make("up")),
    ]
    with capsys.disabled():
        print("\n\n" + "\n".join(map(str, timings)))


def compose(clone, *arguments):
    return subprocess.run(
        ["docker", "compose", "-f", str(clone.path / "compose.yaml"), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ},
    )


def test_cold_up_against_compose(clone, daemon, capsys):
    """Images present, containers, networks and volumes absent: each pair on fresh volumes."""
    if shutil.which("docker") is None or compose(clone, "version").returncode != 0:
        pytest.fail("the rival is missing: install docker compose v2 as a plugin of docker")
    (clone.path / "compose.yaml").write_text(clone.make("compose").stdout)
    ours, theirs = [], []
    for _ in range(RUNS):
        fresh_state(clone, daemon)
        theirs.append(timed(lambda: compose(clone, "up", "-d", "--wait")))
        assert compose(clone, "down", "-v", "--timeout", "5").returncode == 0
        fresh_state(clone, daemon)
        ours.append(timed(lambda: clone.pulumi("up", "--yes", "--skip-preview")))
    pulumi_up = Timing("pulumi up, cold, images present", tuple(ours))
    compose_up = Timing("docker compose up -d --wait, the same", tuple(theirs))
    with capsys.disabled():
        print(f"\n\n{pulumi_up}\n{compose_up}")
        print(f"ratio of medians {pulumi_up.median / compose_up.median:.2f}")


def fresh_state(clone, daemon):
    """Remove the environment and its stack, so that the next up starts from nothing."""
    clone.remove(daemon)
    removed = clone.pulumi("stack", "rm", "--yes", "--force", "--preserve-config")
    assert removed.returncode == 0, removed.stderr
    created = clone.pulumi("stack", "init", "--secrets-provider", "passphrase")
    assert created.returncode == 0, created.stderr
