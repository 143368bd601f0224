"""What an environment costs that nobody uses: the machine's processor time beside it and with it.

The rival is the same environment asked for its health at each interval, without a rest.
"""

import time
from pathlib import Path

import docker
import pytest
from machine import Clone

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

SETTLING_SECONDS = 20
SECONDS = 60


def busy() -> float:
    """Return the share of one core that the whole machine used in the last minute."""
    before = _ticks()
    time.sleep(SECONDS)
    return (_ticks() - before) / SECONDS / 100  # USER_HZ


def _ticks() -> int:
    # man proc: user nice system idle iowait irq softirq
    user, nice, system, _, _, irq, soft = map(
        int, Path("/proc/stat").read_text().split(maxsplit=8)[1:8]
    )
    return user + nice + system + irq + soft


def test_an_environment_at_rest(repository, tmp_path_factory, capsys):
    client = docker.from_env()
    alone = busy()
    measured = {}
    for what in ("asked at each interval", "at rest while it is well"):
        clone = Clone.of(repository, tmp_path_factory.mktemp("clone"), like="prod")
        if what.startswith("asked"):
            spec = clone.path / "infra" / "spec.py"
            text = spec.read_text()
            assert "rest: int = Field(default=15" in text
            spec.write_text(
                text.replace("rest: int = Field(default=15", "rest: int = Field(default=0")
            )
        try:
            result = clone.make("up")
            assert result.returncode == 0, result.stdout + result.stderr
            time.sleep(SETTLING_SECONDS)
            measured[what] = busy() - alone
        finally:
            clone.remove(client)
    client.close()
    with capsys.disabled():
        print(f"\n\nthe machine without it: {alone:.3f} of a core")
        for what, cores in measured.items():
            print(f"an environment like prod, {what}: {cores:.3f} of a core")
