"""`make preview`: when it is an error, when it is a report, and with which exit code."""

import pytest

from cli.backups import Answer
from cli.errors import UserError
from cli.report import command
from cli.report.plan import CONTAINER, Action, Plan, Step, Violation
from cli.workspace import Workspace
from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings

pytestmark = pytest.mark.unit

STEP = Step(urn="u", type=CONTAINER, name="redis", action=Action.UPDATE)
ENDED = {"errors": ("preview failed",), "complete": False}
"""What Pulumi says when a rule stopped its preview."""


def rule(name, level="mandatory"):
    return Violation(pack="ledgerflow", rule=name, level=level, resource="x", message=f"{name}: no")


@pytest.fixture
def previewed(monkeypatch, tmp_path, repository):
    """Preview prod; what Pulumi intends and what the archive answers are a test's."""
    spec = environment(Settings.parse("prod", from_file(repository / "Pulumi.prod.yaml")))
    workspace = Workspace(tmp_path)
    monkeypatch.setattr(command.up_command, "prepare", lambda *_: (spec, None, None))
    monkeypatch.setattr(command, "_secret_changes", lambda *_: ())

    def preview(plan, answer=None):
        monkeypatch.setattr(command.planning, "plan", lambda *_: plan)
        monkeypatch.setattr(command.backups, "ask", lambda *_: answer)
        return command.preview(workspace, "prod")

    preview.reports = workspace.state / "previews"
    return preview


NO_BACKUP = Answer(False, "no verified backup of prod exists")


@pytest.mark.parametrize(
    ("plan", "answer", "said"),
    [
        (Plan(steps=()), None, (0, "prod: nothing to do")),
        (Plan(steps=(STEP,)), Answer(True, "proven"), (2, "prod: 1 changed")),
        (
            Plan(steps=(STEP,)),
            NO_BACKUP,
            (1, "prod: REFUSED by LF035-fresh-backup; 1 changed; no "),
        ),
        (
            Plan(steps=(), violations=(rule("LF035-fresh-backup"),), **ENDED),
            NO_BACKUP,
            (0, "prod: nothing to do"),
        ),
        (
            Plan(steps=(STEP,), violations=(rule("LF035-fresh-backup"),), **ENDED),
            Answer(True, "the archive died", without="the reason"),
            (2, "prod: 1 changed"),
        ),
        (
            Plan(steps=(STEP,), violations=(rule("LF017-x"),), **ENDED),
            Answer(True, "proven"),
            (1, "prod: REFUSED by LF017-x"),
        ),
    ],
    ids=[
        "nothing",
        "a change",
        "a change without a backup",
        "nothing, and no backup",
        "a change with a reason",
        "another rule",
    ],
)
def test_the_verdict_and_the_exit_code(previewed, capsys, plan, answer, said):
    code, verdict = said
    assert previewed(plan, answer) == code
    assert capsys.readouterr().out.startswith(f"# {verdict}")
    assert {path.name for path in previewed.reports.iterdir()} == {"prod.md", "prod.json"}


@pytest.mark.parametrize("violations", [(), (rule("LF035-fresh-backup-note", "advisory"),)])
def test_a_preview_that_fails_by_itself_is_an_error_and_leaves_no_report(previewed, violations):
    assert previewed(Plan(steps=(STEP,)), Answer(True, "proven")) == 2
    failed = Plan(steps=(STEP,), errors=("no such image",), violations=violations, complete=False)
    with pytest.raises(UserError, match="no such image"):
        previewed(failed, Answer(True, "proven"))
    assert list(previewed.reports.iterdir()) == []
