"""What people are told in each case: ``python tests/guard/judged/said.py`` writes ``said.yaml``.

The file is read by people when it changes: these are the words that they will get.
"""

import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2])]

from guard.decision import Verdict  # noqa: E402
from judged import Case  # noqa: E402

SAID = HERE / "said.yaml"
THEMES = (
    "volumes",
    "containers",
    "created",
    "hostpaths",
    "images",
    "networks",
    "itself",
    "projects",
    "unknown",
    "inside_containers",
)


def all_cases() -> list[Case]:
    """Return the cases of every theme."""
    return [case for theme in THEMES for case in import_module(f"judged.{theme}").CASES]


def told(case: Case) -> str:
    """Return a decision for the file: its rule, its two lines, what it touches."""
    decision = case.decided()
    touches = " ".join((*decision.environments, *decision.volumes))
    if decision.verdict is Verdict.ALLOW:
        return f"allow ({touches})"
    verdict = f"{decision.verdict.word} {decision.rule} ({touches})"
    return f"{verdict}: {decision.what} -> {decision.way}"


def spoken() -> dict[str, str]:
    """Return what is said in every case, of a request where it differs from a person's command."""
    found: dict[str, str] = {}
    for case in all_cases():
        said = told(case)
        if case.by_hand or found.get(str(replace(case, by_hand=True))) != said:
            found[str(case)] = said
    return found


if __name__ == "__main__":
    SAID.write_text(yaml.safe_dump(spoken(), sort_keys=False, width=10_000, allow_unicode=True))
