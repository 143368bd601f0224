"""What the policy pack adds to a preview, and how long the rules take by themselves.

Pairs of previews from nothing, without and with the pack, so that a noisy machine disturbs both
alike. Needs Pulumi's CLI and no Docker.
"""

import statistics
import subprocess
import time

import pytest
from ratios import RUNS, Timing, timed

from policies import preview
from policies.judge import judge
from policies.states import resources_of_preview
from policies.surroundings import surroundings

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

ADDED_SHARE = 0.5
"""Most that the pack may add, as a share of a preview without it: seconds are a machine's."""


@pytest.fixture
def previewed(repository, tmp_path, monkeypatch):
    """Run a preview of prod from nothing in a state of its own."""
    variables = subprocess.run(
        ["make", "-s", "env"], cwd=repository, check=True, capture_output=True, text=True
    ).stdout
    for line in variables.splitlines():
        name, _, value = line.removeprefix("export ").partition("=")
        monkeypatch.setenv(name, value)
    environment = preview._environment(tmp_path, repository / "Pulumi.prod.yaml")
    preview._write_project(repository, tmp_path)
    preview._run(tmp_path, environment, "stack", "init", "prod")

    def run(*arguments):
        command = ["pulumi", "--non-interactive", "preview", "-s", "prod", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    return run


def test_added_time_of_a_preview(repository, previewed, capsys):
    pack = ("--policy-pack", str(repository / "policies"))
    previewed(*pack)
    pairs = [(timed(previewed), timed(lambda: previewed(*pack))) for _ in range(RUNS)]
    without = Timing("pulumi preview of prod, no pack", tuple(a for a, _ in pairs))
    with_pack = Timing("pulumi preview of prod, with the pack", tuple(b for _, b in pairs))
    added = statistics.median(b - a for a, b in pairs)
    share = statistics.median(b / a for a, b in pairs) - 1
    with capsys.disabled():
        print(f"\n\n{without}\n{with_pack}\nadded, median of pairs {added:.2f} s, {share:.0%}")
    assert share < ADDED_SHARE


def test_rules_by_themselves(repository, previewed, capsys):
    document = preview.preview(repository, "prod")
    resources = resources_of_preview(document)
    around = surroundings(repository)
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        judge(resources, around)
        seconds.append(time.perf_counter() - started)
    with capsys.disabled():
        count = len(resources)
        print(f"\nall rules over {count} resources {statistics.median(seconds) * 1000:.1f} ms")
