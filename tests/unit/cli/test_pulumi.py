"""Running pulumi: nothing disarms it, and what a killed run left is put right."""

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest

from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.workspace import Workspace

pytestmark = pytest.mark.unit

FAKE = """#!{python}
import json, pathlib, sys
log = pathlib.Path({log!r})
with log.open("a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1:3] == ["stack", "export"]:
    print(json.dumps({{"deployment": {{"pending_operations": [1], "resources": [2]}}}}))
if sys.argv[1:3] == ["stack", "import"]:
    pathlib.Path({log!r} + ".imported").write_text(sys.stdin.read())
"""


@pytest.fixture
def clone(tmp_path):
    """A workspace with a fake pulumi that notes its arguments."""
    workspace = Workspace(tmp_path)
    workspace.prepare()
    workspace.bin.mkdir()
    program = workspace.bin / "pulumi"
    program.write_text(FAKE.format(python=sys.executable, log=str(tmp_path / "log")))
    program.chmod(0o755)
    stack = workspace.backend / ".pulumi" / "stacks" / "ledgerflow" / "dev.json"
    stack.parent.mkdir(parents=True)
    stack.write_text(json.dumps({"checkpoint": {"latest": {"resources": [1]}}}))
    return workspace


def calls(workspace):
    log = workspace.repository / "log"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def lock(workspace, pid, hostname=None):
    folder = workspace.backend / ".pulumi" / "locks" / "organization" / "ledgerflow" / "dev"
    folder.mkdir(parents=True)
    content = {"pid": pid, "hostname": hostname or socket.gethostname()}
    (folder / "x.json").write_text(json.dumps(content))


def ended_process():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_no_variable_sets_a_flag_unseen(clone):
    environ = {**os.environ, "PULUMI_OPTION_IGNORE_PROTECT": "true"}
    assert "PULUMI_OPTION_IGNORE_PROTECT" not in Pulumi(clone, environ, "dev").environment()


def test_the_lock_of_a_killed_run_is_released(clone):
    lock(clone, ended_process())
    Pulumi(clone, os.environ, "dev").heal()
    assert ["cancel", "--yes", "--stack", "dev"] in calls(clone)


def test_the_lock_of_a_living_run_is_respected(clone, tmp_path):
    (tmp_path / "program").mkdir()
    program = shutil.copy(shutil.which("sleep"), tmp_path / "program" / "pulumi")
    living = subprocess.Popen([program, "30"])
    lock(clone, living.pid)
    try:
        with pytest.raises(UserError, match="another run on stack dev is in progress"):
            Pulumi(clone, os.environ, "dev").heal()
    finally:
        living.kill()
        living.wait()
    assert calls(clone) == []


def test_the_lock_of_another_machine_is_respected(clone):
    lock(clone, ended_process(), "another-machine")
    with pytest.raises(UserError, match="another run on stack dev is in progress"):
        Pulumi(clone, os.environ, "dev").heal()


def test_a_zombie_and_a_reused_number_hold_no_lock(clone):
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    lock(clone, zombie.pid)
    Pulumi(clone, os.environ, "dev").heal()
    zombie.wait()
    assert ["cancel", "--yes", "--stack", "dev"] in calls(clone)


def test_steps_that_never_finished_are_forgotten(clone):
    stack = clone.backend / ".pulumi" / "stacks" / "ledgerflow" / "dev.json"
    stack.write_text(json.dumps({"checkpoint": {"latest": {"pending_operations": [1]}}}))
    Pulumi(clone, os.environ, "dev").heal()
    imported = json.loads((clone.repository / "log.imported").read_text())
    assert imported == {"deployment": {"resources": [2]}}


def test_nothing_is_done_to_a_stack_in_order(clone):
    Pulumi(clone, os.environ, "dev").heal()
    Pulumi(clone, os.environ, "dev").ensure_stack()
    assert calls(clone) == []


def test_a_stack_is_created_once(clone):
    Pulumi(clone, os.environ, "test-new").ensure_stack()
    ((*arguments, _, stack),) = calls(clone)
    assert arguments[:2] == ["stack", "init"]
    assert stack == "test-new"
