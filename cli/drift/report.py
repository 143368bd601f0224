"""The differences as a person reads them, and as a program does."""

import json
from collections.abc import Sequence
from itertools import groupby

from cli.drift.difference import Difference


def as_text(environment: str, differences: Sequence[Difference], seconds: float) -> str:
    """Return the verdict, then each resource with its differences and its remedy."""
    if not differences:
        return f"{environment}: no drift ({seconds:.1f} s)"
    resources = len({difference.resource for difference in differences})
    lines = [
        f"{environment}: drift, {_count(len(differences), 'difference')} in "
        f"{_count(resources, 'resource')} ({seconds:.1f} s)"
    ]
    for resource, group in groupby(differences, key=lambda difference: difference.resource):
        members = list(group)
        lines += ["", resource]
        lines += [f"  {d.field}: expected {d.expected}, found {d.found}" for d in members]
        lines += [f"  -> {remedy}" for remedy in dict.fromkeys(d.remedy for d in members)]
    return "\n".join(lines)


def as_json(environment: str, differences: Sequence[Difference], seconds: float) -> str:
    """Return the same for programs."""
    document = {
        "environment": environment,
        "drift": bool(differences),
        "seconds": round(seconds, 2),
        "differences": [difference.as_data() for difference in differences],
    }
    return json.dumps(document, indent=2)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
