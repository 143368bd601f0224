"""`make policy`: exit codes, the document for programs, and what it hands to the rules."""

import json
import os
import subprocess
from types import SimpleNamespace

import pytest

from cli import policy
from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.workspace import Workspace

pytestmark = pytest.mark.unit

BROKEN = {
    "rule": "LF017",
    "level": "mandatory",
    "resource": "redis",
    "path": "capabilities.drops",
    "what": "it keeps capabilities",
    "remedy": "Drop ALL.",
}
NOTE = {**BROKEN, "rule": "LF035", "level": "advisory", "path": ""}
EXPORTED = '{"deployment": {}}'


def document(*violations):
    return {"rules": 35, "resources": 20, "violations": list(violations), "unseen": []}


@pytest.fixture
def rules(monkeypatch, tmp_path, repository):
    """`policy()` on a stack that was deployed before; what the rules answer is set by a test."""
    (tmp_path / "Pulumi.prod.yaml").write_text((repository / "Pulumi.prod.yaml").read_text())
    said = SimpleNamespace(preview=document(), state=document(), code=None, errors="", asked=[])

    def run(command, **options):
        said.asked.append(SimpleNamespace(command=command, **options))
        answer = said.state if "--state" in command else said.preview
        code = said.code if said.code is not None else int(BROKEN in answer["violations"])
        output = "" if said.errors else json.dumps(answer)
        return subprocess.CompletedProcess(command, code, output, said.errors)

    monkeypatch.setattr(policy.subprocess, "run", run)
    monkeypatch.setattr(policy.parts, "ensure_cli", lambda *_: None)
    monkeypatch.setattr(policy.parts, "ensure_plugins", lambda *_: None)
    monkeypatch.setattr(Pulumi, "has_resources", lambda _self: said.state is not None)
    monkeypatch.setattr(Pulumi, "read", lambda *_: EXPORTED)
    said.ask = lambda **options: policy.policy(Workspace(tmp_path), "prod", **options)
    return said


def test_both_are_asked_and_the_state_goes_through_a_pipe(rules, capsys):
    assert rules.ask() == 0
    preview, state = rules.asked
    assert preview.command[-3:] == ["--stack", "prod", "--json"]
    assert state.command[-5:] == ["--state", "-", "--environment", "prod", "--json"]
    assert state.input == EXPORTED
    assert capsys.readouterr().out.splitlines() == [
        "prod, a preview from nothing: all kept (35 rules, 20 resources)",
        "prod, the stored state: all kept (35 rules, 20 resources)",
    ]


@pytest.mark.parametrize("where", ["preview", "state"])
def test_one_broken_rule_in_either_is_exit_code_1(rules, capsys, where):
    setattr(rules, where, document(BROKEN))
    assert rules.ask() == 1
    said = capsys.readouterr().out
    assert "1 broken" in said
    assert "LF017 (mandatory) on redis, capabilities.drops: it keeps capabilities" in said
    assert "\n    -> Drop ALL." in said


@pytest.mark.parametrize("deployed", [True, False])
def test_advice_breaks_nothing_and_that_on_a_first_deploy_ends_with_it(rules, capsys, deployed):
    rules.preview = document(NOTE)
    if not deployed:
        rules.state = None
    assert rules.ask() == 0
    said = capsys.readouterr().out
    assert "all kept" in said
    assert ("LF035 (advisory) on redis: " in said) is not deployed


def test_what_could_not_be_looked_at_is_said(rules, capsys):
    rules.state["unseen"] = [{"resource": "searxng", "path": "uploads", "why": "secret"}]
    assert rules.ask() == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "  left to make up, which asks again with all values known: searxng uploads"
    )


def test_json_has_both_documents_and_nothing_else_is_printed(rules, capsys):
    rules.state = document(BROKEN)
    assert rules.ask(as_json=True) == 1
    assert json.loads(capsys.readouterr().out) == {
        "preview": document(),
        "state": document(BROKEN),
    }


def test_a_stack_that_was_never_deployed_has_no_state(rules, capsys):
    rules.state = None
    assert rules.ask(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {"preview": document(), "state": None}
    assert len(rules.asked) == 1


def test_rules_that_could_not_be_asked_are_an_error_and_not_an_answer(rules):
    rules.code, rules.errors = 2, "error: there is no pulumi on the PATH\n  -> run `make up` once\n"
    with pytest.raises(UserError) as failed:
        rules.ask()
    assert failed.value.what == "the rules could not be asked: there is no pulumi on the PATH"
    assert failed.value.remedy == "run `make up` once"


def test_no_variable_that_disarms_rules_gets_through(rules, monkeypatch):
    monkeypatch.setitem(os.environ, "PULUMI_OPTION_POLICY_PACK", "")
    rules.ask()
    assert not [name for asked in rules.asked for name in asked.env if "_OPTION_" in name]
