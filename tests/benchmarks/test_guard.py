"""How long the guard takes to decide: from the words of a command line to a decision.

The daemon is scripted, so that its answers take no time: the figure is that of grammar and rules.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from corpora import cases, files, world
from intents import draw
from spelling import spell

from guard.grammar import read
from guard.rules import judge

pytestmark = pytest.mark.benchmark

SPELLINGS = 20_000
MILLISECOND = 1e-3


def timings(runs: list[Callable[[], object]]) -> list[float]:
    seconds = []
    for run in runs:
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)


def row(name: str, seconds: list[float]) -> str:
    p99 = seconds[int(len(seconds) * 0.99)]
    return (
        f"{name:<44} median {statistics.median(seconds) / MILLISECOND:6.3f} ms"
        f"  p99 {p99 / MILLISECOND:6.3f} ms  worst {seconds[-1] / MILLISECOND:6.3f} ms"
        f"  ({len(seconds)} lines)"
    )


def decide(words, variables, machine):
    return lambda: judge(read(words, variables).effects, machine)


def test_time_of_a_decision(capsys):
    machines = {path: world(path) for path in files()}
    corpus = [
        decide(*case.split(), machine) for path, machine in machines.items() for case in cases(path)
    ]
    machine = world(Path(__file__).parents[1] / "guard" / "corpus" / "true_positives.toml")
    spelled = []
    for seed in range(SPELLINGS):
        random = Random(seed)
        line = spell(draw(random), random)
        spelled.append((line.argv, line.variables))
    rows = [
        row("the corpora, read and judged", timings(corpus)),
        row("spellings, read", timings([lambda s=s: read(*s) for s in spelled])),
        row("spellings, read and judged", timings([decide(*s, machine) for s in spelled])),
    ]
    with capsys.disabled():
        print("\n\n" + "\n".join(rows))


def test_time_of_long_lines(capsys):
    """Ten times the words take about ten times as long: nothing is read twice."""
    lines = {
        "volume names": lambda n: ["volume", "rm", *(f"v{i}" for i in range(n))],
        "flags": lambda n: ["run", *["-e", "A=b"] * n, "alpine"],
        "mounts": lambda n: ["run", *["--mount", "src=a,dst=/b"] * n, "alpine"],
        "short flags in one word": lambda n: ["rm", "-" + "f" * n, "x"],
        "unknown words": lambda n: ["nuke", *(f"a:{i},b=c" for i in range(n))],
        "one long value": lambda n: ["run", "--mount", "," * n, "-v", ":" * n, "alpine"],
    }
    rows = []
    for name, line in lines.items():
        short, long = (
            min(timings([lambda n=n, line=line: read(line(n), {})] * 5)) for n in (1_000, 10_000)
        )
        rows.append(
            f"{name:<44} 1000: {short / MILLISECOND:8.2f} ms  times 10: x{long / short:4.1f}"
        )
    with capsys.disabled():
        print("\n\n" + "\n".join(rows))
