"""A hundred thousand spellings of known intents: each is read as what it was made from.

`GUARD_SPELLINGS` sets how many, `GUARD_SEED` begins where a failure was; without it every run has
other lines, and says where it began.
"""

import os
import shlex
from functools import cache
from pathlib import Path
from random import Random

import pytest
from corpora import world
from intents import draw
from spelling import arrange, spell

from guard.decision import Decision
from guard.effects import Effect
from guard.grammar import read
from guard.rules import judge

pytestmark = pytest.mark.guard

COUNT = int(os.environ.get("GUARD_SPELLINGS", "100000"))
SEED = int(os.environ.get("GUARD_SEED", "0")) or Random().randrange(1, 10**9)
MACHINE = world(Path(__file__).parent / "corpus" / "true_positives.toml")


@cache
def judged(effects: tuple[Effect, ...]) -> Decision:
    """Judge each set of effects once: the daemon does not change."""
    return judge(effects, MACHINE)


def disagreement(seed: int) -> str | None:
    """Return what is wrong with the spelling of that seed, None when nothing is."""
    random = Random(seed)
    intent = draw(random)
    spelled = spell(intent, random)
    reading = read(spelled.argv, spelled.variables)
    decision = judged(reading.effects)
    again = read(arrange(intent, spelled, random), spelled.variables)
    wrong = [
        f"{what}: {got!r} instead of {wanted!r}"
        for what, got, wanted in (
            ("effects", reading.effects, intent.effects),
            ("problem", reading.problem, None),
            ("host", reading.host, spelled.host),
            ("context", reading.context, spelled.context),
            ("files", reading.files, intent.files),
            ("project", reading.project, intent.project or reading.project),
            ("reordered effects", again.effects, reading.effects),
            ("verdict", decision.verdict.word, intent.verdict),
            ("rule", decision.rule, intent.rule),
        )
        if wanted not in (got, "any")
    ]
    if not wrong:
        return None
    variables = " ".join(f"{name}={shlex.quote(v)}" for name, v in spelled.variables.items())
    line = f"{variables} {shlex.join(spelled.argv)}".strip()
    return "\n  ".join([f"GUARD_SEED={seed}: {line}", *wrong])


def test_no_spelling_is_read_otherwise_than_it_was_meant(capsys):
    with capsys.disabled():
        print(f" {COUNT} spellings from GUARD_SEED={SEED}", end="", flush=True)
    found = []
    for seed in range(SEED, SEED + COUNT):
        wrong = disagreement(seed)
        if wrong:
            found.append(wrong)
            if len(found) == 10:
                break
    assert not found, "\n".join(sorted(found, key=len))


def test_a_seed_gives_the_same_line_again():
    lines = set()
    for _ in range(2):
        random = Random(SEED)
        lines.add(tuple(spell(draw(random), random).argv))
    assert len(lines) == 1
