"""Every rule against its fixtures: five that violate it and five that pass, at the least."""

from collections import Counter

import pytest
from rule_cases import HERE, all_cases, around, resource

from policies.catalogue import RULES, Layer, Level, enforced_by
from policies.judge import alone, stops, together
from policies.table import RESOURCE_RULES, STACK_RULES

pytestmark = pytest.mark.policy

CASES = all_cases()
LEAST = 5
PACK = enforced_by(Layer.POLICY)


def found(case):
    return list((together if case.is_stack else alone)(case.resources, case.around))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_fixture(case):
    violations = found(case)
    expected = {case.rule} if case.violating else set()
    assert {v.rule for v in violations if stops(v)} == expected, violations
    assert {v.rule for v in violations if not stops(v)} == ({case.rule} if case.note else set())


@pytest.mark.parametrize("rule", PACK, ids=lambda rule: rule.id)
def test_enough_fixtures(rule):
    counts = Counter(case.violating for case in CASES if case.rule == rule.id)
    assert counts[True] >= LEAST
    assert counts[False] >= LEAST


def test_every_fixture_file_is_of_a_rule():
    assert {path.stem for path in (HERE / "fixtures").glob("*.yaml")} == {rule.id for rule in PACK}


def test_every_rule_is_checked_once_and_enforced_by_a_layer():
    checked = Counter(entry.rule.id for entry in (*RESOURCE_RULES, *STACK_RULES))
    assert checked == Counter(rule.id for rule in PACK)
    assert all(rule.layers for rule in RULES)


def test_rules_are_mandatory_unless_a_reason_is_written():
    assert {rule.id for rule in RULES if rule.level is not Level.MANDATORY} == {"LF012", "LF016"}
    assert all(rule.reason for rule in RULES if rule.level is not Level.MANDATORY)


@pytest.mark.parametrize("base", ["container", "postgres", "redis", "caddy", "blue", "data_volume"])
@pytest.mark.parametrize("stack", ["dev", "prod", "staging", "dr", "test-1a2b3c4d"])
def test_bases_break_no_rule(base, stack):
    assert list(alone([resource(base, stack=stack)], around())) == []
