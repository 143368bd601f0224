"""What rules say, in their own words; where a change shows in a file that people read."""

import pytest
import yaml
from messages import MESSAGES, spoken
from rule_cases import around, resource

from policies.catalogue import CATALOGUE
from policies.judge import alone, judge, message
from policies.table import ResourceRule, _on
from policies.view import BackupAnswer, Finding, Hidden

pytestmark = pytest.mark.policy


def test_words_are_those_that_were_read_and_accepted():
    """`python tests/policy/messages.py` writes the file anew."""
    assert spoken() == yaml.safe_load(MESSAGES.read_text())


def test_a_default_credential_in_a_variable_is_named_besides():
    made = resource("container", stack="prod", push={"envs": "API_TOKEN=secret"})
    found = {(v.rule, v.path, v.what) for v in alone([made], around())}
    place = "envs[3] (API_TOKEN)"
    assert found == {
        ("LF026", place, "its name is that of a secret"),
        ("LF031", place, "it is a known default credential"),
    }


def test_violation_as_text_with_and_without_a_place():
    remedy = CATALOGUE["LF020"].remedy
    (violation,) = alone([resource("container", set={"privileged": True})], around())
    text = f"LF020 django, privileged: the container is privileged\n  -> {remedy}"
    assert str(violation) == text
    assert message(CATALOGUE["LF020"], "x", Finding("", "it is so")) == (
        f"LF020: x: it is so.\nRemedy: {remedy} (docs/rules/LF020.md)"
    )


def test_stack_is_judged_after_its_resources():
    volume = resource("data_volume", stack="prod", exists=True, options={"protect": False})
    assert [violation.rule for violation in judge([volume], around())] == ["LF002", "LF035"]


def test_backup_is_asked_for_the_environment_that_changes():
    asked = []

    def backup(environment):
        asked.append(environment)
        return BackupAnswer(fresh=True, reason="")

    volume = resource("data_volume", stack="staging", exists=True)
    assert judge([volume], around(backup=backup)) == []
    assert asked == ["staging"]


def test_row_of_the_table():
    def check(resource, around):
        return []

    made = _on("a b", "LF007", check, dict)
    assert made == ResourceRule(CATALOGUE["LF007"], frozenset({"a", "b"}), check, dict)
    assert _on("a", "LF007", check).remediation is None


def test_hidden_values_are_told_apart_in_a_report():
    assert [repr(hidden) for hidden in Hidden] == ["<unknown>", "<secret>"]
