"""The catalogue as data, and the pages that are made from it."""

from dataclasses import replace

import pytest

from policies import pages
from policies.catalogue import CATALOGUE, RULES, THEMES, Layer, Level, Sight, by_id, enforced_by
from policies.table import STACK_RULES

pytestmark = pytest.mark.policy

RULE = CATALOGUE["LF001"]


def test_ids_are_in_order_and_stay_what_they_are():
    numbers = [*range(1, 36), *range(40, 53), *range(60, 65)]
    assert [rule.id for rule in RULES] == [f"LF{n:03}" for n in numbers]
    assert tuple(CATALOGUE) == tuple(rule.id for rule in RULES)
    assert sum(len(rules) for rules in THEMES.values()) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_sentences_end_and_say_what_to_do(rule):
    assert rule.sentence.endswith(".")
    assert rule.remedy.endswith(".")
    assert rule.why.endswith(".")
    assert (rule.sight is Sight.COMMAND) == (Layer.POLICY not in rule.layers)
    assert (rule.sight is Sight.STACK) == (rule.id in {entry.rule.id for entry in STACK_RULES})


@pytest.mark.parametrize(
    "change",
    [
        {"id": "LF1"},
        {"id": "XLF001"},
        {"slug": ""},
        {"sentence": ""},
        {"why": ""},
        {"sources": ()},
        {"applies_to": ""},
        {"remedy": ""},
        {"title": ""},
        {"layers": ()},
        {"level": Level.ADVISORY},
        {"reason": "none is needed"},
    ],
)
def test_incomplete_rule_is_refused(change):
    with pytest.raises(ValueError, match="LF"):
        replace(RULE, **change)


def test_complete_rule_is_found_by_its_id():
    assert by_id([replace(RULE)]) == {"LF001": RULE}


def test_same_id_or_slug_twice_is_refused():
    with pytest.raises(ValueError, match="LF001"):
        by_id([RULE, replace(RULE, slug="other")])
    with pytest.raises(ValueError, match="LF999"):
        by_id([RULE, replace(RULE, id="LF999")])


def test_rules_of_a_layer_are_those_that_name_it():
    assert [rule.id for rule in enforced_by(Layer.GIT)] == ["LF063"]
    assert {rule.id for rule in enforced_by(Layer.POLICY)} == {f"LF{n:03}" for n in range(1, 36)}
    assert {rule for layer in Layer for rule in enforced_by(layer)} == set(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_index_names_a_rule_once_with_the_layers_that_enforce_it(rule):
    lines = pages.pages()[pages.INDEX].splitlines()
    (row,) = [line for line in lines if line.startswith(f"| [{rule.id}]({rule.id}.md) |")]
    layers = row.split("|")[3].strip()
    assert layers == ", ".join(layer.value for layer in rule.layers)


def test_page_of_a_command_does_not_speak_of_deploys():
    assert "| Level | mandatory: a violation is not carried out |" in pages.pages()["LF040.md"]
    assert "| Level | mandatory: a violation stops the deploy |" in pages.pages()["LF020.md"]


def test_committed_pages_are_current(repository):
    assert pages.stale(repository / "docs" / "rules") == []


def test_pages_are_written_and_left_over_ones_removed(tmp_path):
    (tmp_path / "LF999.md").write_text("of a rule that is gone")
    (tmp_path / "LF001.md").write_text("edited by hand")

    assert set(pages.write(tmp_path)) == {*pages.pages(), "LF999.md"}
    assert pages.stale(tmp_path) == []
    assert not (tmp_path / "LF999.md").exists()
    written = (tmp_path / "LF007.md").read_bytes()
    assert written == pages.pages()["LF007.md"].encode()
    assert pages.write(tmp_path) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_page_says_all_that_a_rule_is(rule):
    page = pages.pages()[f"{rule.id}.md"]
    for text in (
        rule.title,
        rule.sentence,
        rule.why,
        rule.remedy,
        rule.applies_to,
        rule.level.value,
    ):
        assert text in page
    for text in (*rule.sources, rule.reason, rule.exceptions, *(a.value for a in rule.layers)):
        assert text in page
    assert f"({rule.id}.md)" in pages.pages()[pages.INDEX]
