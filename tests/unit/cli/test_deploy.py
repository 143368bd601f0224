"""A change is asked about first, then made: what rules stop and let through, in order."""

from types import SimpleNamespace

import pytest

from cli import deploy
from cli.errors import UserError
from cli.report.plan import Action, Plan, Step, Violation

pytestmark = pytest.mark.unit

STEP = Step(urn="u", type="docker:index/container:Container", name="redis", action=Action.UPDATE)
GROUP = Step(urn="g", type="ledgerflow:docker:Service", name="redis", action=Action.CREATE)


def violation(rule="LF015-memory-and-cpu", level="mandatory", message="LF015: redis: no limit.\nX"):
    return Violation(pack="ledgerflow", rule=rule, level=level, resource="redis", message=message)


@pytest.fixture
def made(monkeypatch, tmp_path):
    """What is done, in order; ``plan`` is what Pulumi intends, ``code`` how its run ends."""
    log = SimpleNamespace(calls=[], plan=Plan(steps=(STEP,)), code=0, pulumi=None, planned=None)

    def planned(_pulumi, *arguments):
        log.planned = arguments
        log.calls.append("plan")
        return log.plan

    def run(*arguments):
        log.calls.append("up")
        log.run = arguments
        return log.code

    monkeypatch.setattr(deploy, "plan", planned)
    monkeypatch.setattr(deploy.backups, "require", lambda *_: log.calls.append("backup"))
    monkeypatch.setattr(deploy.env_file, "ensure", lambda *_: log.calls.append("env file"))
    log.pulumi = SimpleNamespace(run=run, workspace=SimpleNamespace(repository=tmp_path))
    log.pack = ("--policy-pack", str(tmp_path / "policies"))
    return log


def change(made, *arguments):
    deploy.deploy(SimpleNamespace(name="prod"), None, made.pulumi, *arguments)


def test_rules_then_backup_then_env_file_then_up(made):
    change(made, "--refresh")
    assert made.calls == ["plan", "backup", "env file", "up"]
    assert made.planned == (*made.pack, "--refresh")
    assert made.run == ("up", "--yes", "--skip-preview", *made.pack, "--refresh")


def test_without_changes_no_backup_is_asked_for_and_the_run_needs_no_rules(made):
    made.plan = Plan(steps=())
    change(made)
    assert made.calls == ["plan", "env file", "up"]
    assert made.run == ("up", "--yes", "--skip-preview")


def test_a_group_alone_needs_no_backup(made):
    made.plan = Plan(steps=(GROUP,))
    change(made)
    assert made.calls == ["plan", "env file", "up"]


def test_a_mandatory_rule_stops_everything_with_its_remedy(made):
    made.plan = Plan(steps=(STEP,), violations=(violation(),), complete=False)
    with pytest.raises(UserError) as stopped:
        change(made)
    assert made.calls == ["plan"]
    assert "1 rule forbids this change; nothing was changed:" in stopped.value.what
    assert "LF015: redis: no limit. X" in stopped.value.what
    assert "make policy ENV=prod" in stopped.value.remedy


def test_advice_is_said_and_stops_nothing(made, capsys):
    made.plan = Plan(steps=(STEP,), violations=(violation(level="advisory"),))
    change(made)
    assert made.calls[-1] == "up"
    assert "LF015: redis: no limit. X" in capsys.readouterr().err


def test_the_rule_on_backups_is_asked_with_the_plan_in_hand(made):
    made.plan = Plan(steps=(), violations=(violation("LF035-fresh-backup"),), complete=False)
    change(made)
    assert made.calls == ["plan", "env file", "up"]
    made.calls.clear()
    made.plan = made.plan.model_copy(update={"steps": (STEP,)})
    change(made)
    assert made.calls == ["plan", "backup", "env file", "up"]


@pytest.mark.parametrize("violations", [(), (violation(level="advisory"),)])
def test_a_plan_that_fails_stops_everything(made, violations):
    made.plan = Plan(steps=(), errors=("no such\nimage",), violations=violations, complete=False)
    with pytest.raises(UserError) as stopped:
        change(made)
    assert made.calls == ["plan"]
    assert stopped.value.what.endswith("nothing was changed:\n  no such\n  image")


def test_a_run_that_fails_is_said_to(made):
    made.code = 255
    with pytest.raises(UserError, match="exit code 255"):
        change(made)


def test_whoever_changes_something_besides_needs_a_backup(made):
    made.plan = Plan(steps=())
    deploy.allow(SimpleNamespace(name="prod"), None, made.pulumi, changing=True)
    assert made.calls == ["plan", "backup"]
