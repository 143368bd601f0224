"""Where the state of a clone lives, and what Pulumi is told of it."""

import stat

import pytest

from cli.errors import UserError
from cli.workspace import Workspace, cache_folder

pytestmark = pytest.mark.unit


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


def test_the_passphrase_is_private_and_made_once(workspace):
    workspace.prepare()
    first = workspace.passphrase.read_text()
    assert stat.S_IMODE(workspace.passphrase.stat().st_mode) == 0o600
    assert len(first.strip()) >= 32
    workspace.prepare()
    assert workspace.passphrase.read_text() == first


def test_a_lost_passphrase_is_not_replaced_while_stacks_need_it(workspace):
    workspace.prepare()
    stack = workspace.backend / ".pulumi" / "stacks" / "ledgerflow" / "dev.json"
    stack.parent.mkdir(parents=True)
    stack.write_text("{}")
    workspace.passphrase.unlink()
    with pytest.raises(UserError, match="is missing, but there are stacks encrypted with it"):
        workspace.prepare()
    assert not workspace.passphrase.exists()


def test_pulumi_is_told_where_everything_is(workspace):
    workspace.prepare()
    variables = workspace.variables({"PATH": "/usr/bin"})
    assert variables["PULUMI_BACKEND_URL"] == workspace.backend.as_uri()
    assert variables["PULUMI_CONFIG_PASSPHRASE_FILE"] == str(workspace.passphrase)
    assert "PATH" not in variables
    assert "PULUMI_HOME" not in variables


def test_fall_back_programs_come_first_on_the_path(workspace):
    workspace.bin.mkdir(parents=True)
    (workspace.bin / "pulumi").touch()
    (workspace.pulumi_home / "plugins").mkdir(parents=True)
    variables = workspace.variables({"PATH": "/usr/bin"})
    assert variables["PATH"] == f"{workspace.bin}:/usr/bin"
    assert variables["PULUMI_HOME"] == str(workspace.pulumi_home)


def test_explicit_choices_are_kept(workspace):
    chosen = {"PULUMI_BACKEND_URL": "s3://x", "PULUMI_CONFIG_PASSPHRASE": "y"}
    variables = workspace.variables(chosen)
    assert "PULUMI_BACKEND_URL" not in variables
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in variables


def test_the_cache_follows_the_xdg_rule(tmp_path, monkeypatch):
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "ledgerflow"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder({}) == tmp_path / ".cache" / "ledgerflow"
