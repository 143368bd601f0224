"""What ``ledger_docker`` adds to a command: whole processes before a docker that does nothing.

The pairs alternate, so that a noisy machine disturbs both alike; the processor's time, which a busy
machine changes little, is held against that of an empty Python. 60 ms are the aim on a machine
whose Python starts in 8.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
import stage
from stage import Stage

from guard.fake import load
from guard.grammar import read
from guard.rules import judge, settle

pytestmark = pytest.mark.benchmark

PAIRS = 40
AIM = 60 / 8
"""Times the start of an empty Python that the guard may add."""
DECISION_MS = 2.0


def spent(words: list[str], variables: dict[str, str]) -> tuple[float, float]:
    """Return milliseconds on the clock and on the processor of one process and its children."""
    begun = time.perf_counter()
    process = os.posix_spawn(
        words[0],
        words,
        variables,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(process, 0)
    assert status == 0, words
    return (time.perf_counter() - begun) * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def told(name: str, values: list[float]) -> float:
    low, middle = min(values), statistics.median(values)
    print(f"{name:<58} least {low:6.1f} ms  median {middle:6.1f} ms")
    return middle


@pytest.mark.parametrize("words", [["ps", "-a"], ["rm", "mine"]], ids=["looks", "removes"])
def test_what_is_added_to_a_command(words, tmp_path):
    name = " ".join(words)
    with stage.daemon(tmp_path / "d.sock", [stage.container("mine", State="exited")]) as host:
        on = Stage(tmp_path, host)
        on.program("docker", "#!/bin/sh\nexit 0\n")
        plain = [str(on.bin / "docker"), *words]
        guarded = [str(stage.LAUNCHER), *words]
        empty = [sys.executable, "-I", "-S", "-c", ""]
        spent(guarded, on.environment())  # compiles, where that was not done
        runs = [
            (spent(plain, on.environment()), spent(guarded, on.environment()), spent(empty, {}))
            for _ in range(PAIRS)
        ]
    print()
    told(f"docker {name}: the client alone, clock", [a[0] for a, _, _ in runs])
    told(f"docker {name}: added by the guard, clock", [b[0] - a[0] for a, b, _ in runs])
    added = told(f"docker {name}: added by the guard, processor", [b[1] - a[1] for a, b, _ in runs])
    start = told("an empty Python, processor", [c[1] for _, _, c in runs])
    assert added <= AIM * start


def test_a_decision_takes_no_time():
    world = load(stage.REPOSITORY / "docs/examples/production.yaml")
    lines = [
        ["volume", "rm", "ledger_prod_db_data"],
        ["compose", "-p", "x", "-f", "a.yaml", "down", "-v", "--remove-orphans"],
        ["system", "prune", "-a", "--volumes", "--filter", "label!=keep"],
        ["kill", "ledger_prod_postgres"],
        ["exec", "ledger_prod_postgres", "sh", "-c", "cd /var/lib/postgresql/data && rm -rf *"],
        ["exec", "-it", "ledger_prod_postgres", "psql", "-c", "DELETE FROM account"],
        [
            "run",
            "--rm",
            "-v",
            "ledger_prod_db_data:/d",
            "-v",
            "/:/host",
            "alpine",
            "rm",
            "-r",
            "/d",
        ],
        ["run", "-it", "--network", "host", "-e", "A=b", "alpine", "sh"],
        ["image", "prune", "-a"],
        ["rm", "-fv", "ledger_prod_django_blue"],
        ["ps", "-a", "--filter", "name=x"],
        ["frobnicate", "ledger_prod_postgres"],
    ]
    times = []
    for line in lines * 100:
        begun = time.process_time_ns()
        reading = read(line, {})
        settle(judge(reading.effects, world), world)
        times.append((time.process_time_ns() - begun) / 1e6)
    times = sorted(times[len(lines) :])
    p99 = times[len(times) * 99 // 100]
    print(
        f"\nreading and judging a command: median {statistics.median(times):.3f} ms, p99 {p99:.3f}"
    )
    assert p99 < DECISION_MS


def test_the_launcher_is_what_is_measured():
    """It starts this checkout, by the Python of its environment."""
    help_ = subprocess.run([stage.LAUNCHER, "--guard-help"], capture_output=True, text=True)
    assert help_.stdout.startswith("ledger_docker [--explain]")
    assert Path(stage.LAUNCHER).parent == stage.REPOSITORY
