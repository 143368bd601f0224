"""Every rule is tested in every layer that enforces it: a test there names the rule by its id.

A new test registers by that alone: a corpus or a test of the layer's room has the id in it.
The policy pack's fixtures are counted by ``tests/policy``, the rules of commands one by one by
``tests/unit/guard/test_rules.py``.
"""

import re
from pathlib import Path

import pytest

from policies.catalogue import RULES, Layer

pytestmark = pytest.mark.guard

TESTS = Path(__file__).resolve().parents[1]
GUARD = ("guard", "unit/guard")
ROOMS = {
    Layer.POLICY: ("policy/fixtures",),
    Layer.GUARD: GUARD,
    Layer.AUTHORIZATION: (*GUARD, "integration/guard"),
    Layer.MANAGE: (*GUARD, "unit/app", "integration/app"),
    Layer.GIT: GUARD,
    Layer.MAKE: ("unit/cli", "e2e"),
}
UNCOUNTED = {Layer.SETTINGS, Layer.PROGRAM}
"""Tested by what they make of a configuration, where no rule is named."""
DATA = {".py", ".yaml", ".toml", ".json", ".txt", ".tsv"}
ID = re.compile(r"LF\d{3}")


def named(rooms: tuple[str, ...]) -> set[str]:
    """Return the ids of rules that the files of these rooms have, or are named after."""
    found: set[str] = set()
    for room in rooms:
        for path in (TESTS / room).rglob("*"):
            if path.suffix in DATA and path != Path(__file__):
                found |= {*ID.findall(path.name), *ID.findall(path.read_text(encoding="utf-8"))}
    return found


NAMED = {layer: named(rooms) for layer, rooms in ROOMS.items()}


@pytest.mark.parametrize(
    ("rule", "layer"),
    [(rule, layer) for rule in RULES for layer in rule.layers if layer not in UNCOUNTED],
    ids=lambda value: value.id if hasattr(value, "id") else value.name,
)
def test_rule_is_tested_in_its_layer(rule, layer):
    assert rule.id in NAMED[layer]


def test_every_layer_is_counted_or_said_not_to_be():
    assert ROOMS.keys() | UNCOUNTED == set(Layer)
    assert not ROOMS.keys() & UNCOUNTED


def test_tests_name_only_rules_that_there_are():
    assert set().union(*NAMED.values()) <= {rule.id for rule in RULES}
