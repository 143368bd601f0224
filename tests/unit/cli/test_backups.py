"""Rule LF035 with the plan in hand: who needs a backup, who is let through, and what is written."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from cli import backups
from cli.errors import UserError
from cli.workspace import Workspace
from infra.environment import environment
from infra.outputs import KNOWN_VOLUMES_OUTPUT
from infra.settings import Settings

pytestmark = pytest.mark.unit

DB = "ledger_prod_db_data"
MEDIA = "ledger_prod_media_data"


@dataclass
class Stack:
    """What is asked of Pulumi."""

    workspace: Workspace
    environ: dict[str, str] = field(default_factory=dict)
    exported: dict[str, list[str]] = field(default_factory=dict)
    in_state: set[str] = field(default_factory=set)

    def outputs(self):
        return self.exported

    def recorded(self, _type):
        return self.in_state


def daemon(*volumes):
    listed = [SimpleNamespace(name=name) for name in volumes]
    return SimpleNamespace(volumes=SimpleNamespace(list=lambda: listed))


def spec(name="prod"):
    return environment(Settings.parse(name, {}))


@pytest.fixture
def stack(tmp_path):
    """A stack whose last run was complete."""
    workspace = Workspace(tmp_path)
    workspace.state.mkdir()
    return Stack(workspace, exported={KNOWN_VOLUMES_OUTPUT: [DB, MEDIA]}, in_state={DB, MEDIA})


@pytest.fixture
def answer(monkeypatch):
    """Let the backup catalogue give one answer."""

    def give(verified, reason="no verified backup of prod exists"):
        status = SimpleNamespace(verified=verified, reason=reason)
        monkeypatch.setattr(backups, "backup_status", lambda _name: status)

    give(False)
    return give


def record(stack):
    path = stack.workspace.state / backups.RECORD
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize("name", ["dev", "test-a"])
def test_development_needs_none(name, stack, answer):
    assert backups.ask(spec(name), daemon(DB), stack) is None
    backups.require(spec(name), daemon(DB), stack)


@pytest.mark.parametrize("name", ["prod", "staging", "dr"])
def test_a_change_without_a_backup_is_refused_with_both_ways_out(name, stack, answer):
    with pytest.raises(UserError) as refused:
        backups.require(spec(name), daemon(), stack)
    assert refused.value.what.startswith(f"LF035: {name} would change, and no verified backup")
    assert "nothing was changed" in refused.value.what
    assert "make backup ENV=" in refused.value.remedy
    assert f"make up ENV={name} WITHOUT_BACKUP='the reason'" in refused.value.remedy
    assert record(stack) == ""


def test_a_verified_backup_lets_a_change_through_and_is_named(stack, answer, capsys):
    answer(True, "ledgerflow_db_backup_20260101_000000, proved an hour ago")
    backups.require(spec(), daemon(DB, MEDIA), stack)
    assert "ledgerflow_db_backup_20260101_000000" in capsys.readouterr().err
    assert record(stack) == ""


def test_a_reason_lets_a_change_through_loudly_and_is_recorded(stack, answer, capsys):
    stack.environ["WITHOUT_BACKUP"] = "the archive's disk died,\nand the fix cannot wait"
    backups.require(spec(), daemon(DB, MEDIA), stack)
    said = capsys.readouterr().err
    assert "WITHOUT ONE (no verified backup of prod exists)" in said
    assert "because: the archive's disk died" in said
    (line,) = record(stack).splitlines()
    assert (
        " prod: no verified backup of prod exists; reason given: the archive's disk died, " in line
    )


def test_a_blank_reason_is_none(stack, answer):
    stack.environ["WITHOUT_BACKUP"] = "  "
    with pytest.raises(UserError):
        backups.require(spec(), daemon(DB, MEDIA), stack)


def test_a_reason_is_not_recorded_where_there_is_a_backup(stack, answer):
    answer(True, "fresh")
    stack.environ["WITHOUT_BACKUP"] = "a habit"
    backups.require(spec(), daemon(DB, MEDIA), stack)
    assert record(stack) == ""


@pytest.mark.parametrize(
    ("volumes", "in_state", "first"),
    [
        ((), set(), True),
        ((DB,), {DB}, True),
        ((DB, MEDIA), {DB}, False),
        ((DB,), set(), False),
        (("ledger_dev_db_data",), set(), True),
    ],
    ids=["nothing", "an interrupted first run", "foreign media", "a lost state", "dev's own"],
)
def test_what_counts_as_the_first_deploy(stack, answer, volumes, in_state, first):
    stack.exported, stack.in_state = {}, in_state
    assert backups.is_first_deploy(spec(), daemon(*volumes), stack) is first
    asked = backups.ask(spec(), daemon(*volumes), stack)
    assert asked.allows is first
    if first:
        assert "first deploy" in str(asked)


def test_after_one_complete_run_no_deploy_is_the_first(stack, answer):
    assert not backups.is_first_deploy(spec(), daemon(), stack)
