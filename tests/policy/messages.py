"""What each violating fixture makes the rules say: ``python tests/policy/messages.py`` writes it.

The file is read by people when it changes: these are the words that they will get.
"""

import sys
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from rule_cases import all_cases  # noqa: E402

from policies.judge import alone, together  # noqa: E402

MESSAGES = HERE / "messages.yaml"


def spoken() -> dict[str, list[str]]:
    """Return, by rule and sorted, the distinct places and words of its findings."""
    found: dict[str, set[str]] = {}
    for case in all_cases():
        for violation in (together if case.is_stack else alone)(case.resources, case.around):
            if violation.rule == case.rule:
                line = f"{violation.level}, {violation.resource}, {violation.path}: "
                found.setdefault(case.rule, set()).add(line + violation.what)
    return {rule: sorted(lines) for rule, lines in sorted(found.items())}


if __name__ == "__main__":
    MESSAGES.write_text(yaml.safe_dump(spoken(), sort_keys=False, width=200, allow_unicode=True))
