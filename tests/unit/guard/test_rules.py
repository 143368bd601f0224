"""Every rule on commands, by its table of effects, decisions and words."""

from collections import Counter

import pytest
import yaml
from judged import plain, words
from judged.said import SAID, all_cases, spoken

from policies.catalogue import Layer, enforced_by

pytestmark = pytest.mark.guard

CASES = all_cases()
LEAST = 4


@pytest.mark.parametrize("case", CASES, ids=plain)
def test_case(case):
    decision = case.decided()
    assert words(decision) == case.expected, decision


def test_words_are_those_that_were_read_and_accepted():
    """`python tests/guard/judged/said.py` writes the file anew."""
    assert spoken() == yaml.safe_load(SAID.read_text())


def test_every_case_is_told_apart_by_its_name():
    assert [name for name, times in Counter(map(str, CASES)).items() if times > 1] == []


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("rule", enforced_by(Layer.GUARD), ids=lambda rule: rule.id)
def test_every_rule_has_cases_that_break_it(rule, by_hand):
    broken = [c for c in CASES if c.by_hand is by_hand and c.expected.endswith(rule.id)]
    assert len(broken) >= LEAST


def test_only_rules_of_commands_are_named():
    known = {rule.id for rule in enforced_by(Layer.GUARD)}
    assert {c.expected.split()[-1] for c in CASES if c.expected != "allow"} == known
