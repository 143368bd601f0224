"""A program that breaks a mandatory rule changes nothing; the rules are asked before the run."""

import pytest

pytestmark = pytest.mark.e2e

PROGRAM = "infra/render/container.py"
HARMLESS = 'drops=["ALL"]'


@pytest.fixture
def dangerous(clone):
    """The clone's program with containers that keep their capabilities."""
    path = clone.path / PROGRAM
    before = path.read_text()
    assert HARMLESS in before
    path.write_text(before.replace(HARMLESS, 'drops=["MKNOD"]'))
    yield clone
    path.write_text(before)


def test_up_stops_with_the_rule_and_its_remedy(dangerous, daemon):
    result = dangerous.make("up")
    words = result.stdout + result.stderr
    assert result.returncode != 0, words
    assert "forbid" in words
    assert "LF017: " in words
    assert "Remedy: " in words
    assert "nothing was changed" in words
    assert words.count("error: ") == 1, words
    assert "pulumi up\n" not in words
    assert dangerous.created(daemon) == []


def test_no_variable_takes_the_rules_away(dangerous, daemon):
    result = dangerous.make("up", PULUMI_OPTION_POLICY_PACK="", PULUMI_OPTION_SKIP_PREVIEW="true")
    assert "LF017: " in result.stdout + result.stderr
    assert dangerous.created(daemon) == []


def test_preview_and_policy_say_the_same(dangerous, daemon):
    preview = dangerous.make("preview")
    assert "Error 1" in preview.stderr
    assert "LF017" in preview.stdout
    policy = dangerous.make("policy")
    assert "Error 1" in policy.stderr
    assert "LF017 (mandatory) on " in policy.stdout
    assert dangerous.created(daemon) == []
