"""Pushes to main in real repositories: through git itself, with the hook installed."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guard.git import receipt
from guard.git.__main__ import main
from guard.git.hook import BEFORE
from guard.git.repository import Repository

pytestmark = pytest.mark.guard

STATE = Path(".ledgerflow/state/.pulumi/stacks/ledgerflow")


class Checkout:
    """A repository with a bare remote, whose guard is this clone's own."""

    def __init__(self, folder, remote, program):
        self.folder, self.remote, self.program = folder, remote, program
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LEDGERFLOW_AUDIT": str(folder.parent / "audit"),
            "LEDGERFLOW_ARCHIVE": str(folder.parent / "archive"),
        }

    def git(self, *arguments, folder=None):
        return subprocess.run(
            ["git", "-c", "user.name=ada", "-c", "user.email=ada@example.org", *arguments],
            cwd=folder or self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def commit(self, text, folder=None):
        (folder or self.folder).joinpath("file").write_text(text)
        assert self.git("add", "file", folder=folder).returncode == 0
        assert self.git("commit", "-q", "-m", text, folder=folder).returncode == 0

    def tested(self):
        repository = Repository(self.folder)
        made = receipt.receipt(repository.tree(), datetime.now(UTC), 1)
        return receipt.write(repository.common, made)

    def guard(self, *arguments, folder=None):
        return subprocess.run(
            [sys.executable, "-m", "guard.git", *arguments],
            cwd=folder or self.folder,
            env={**self.environment, "PYTHONPATH": str(self.program)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def main_of_remote(self):
        return self.git("rev-parse", "main", folder=self.remote).stdout.strip()


@pytest.fixture
def checkout(tmp_path, repository):
    remote, folder = tmp_path / "remote.git", tmp_path / "checkout"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    made = Checkout(folder, remote, repository)
    (folder / ".gitignore").write_text(".ledgerflow/\n.venv\nguard\ninfra\npolicies\nbackup\n")
    for name in ("guard", "infra", "policies", "backup"):
        (folder / name).symlink_to(repository / name)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    launcher = folder / ".venv" / "bin" / "python"
    launcher.unlink()
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    launcher.chmod(0o755)
    made.git("add", ".gitignore")
    made.commit("first")
    made.git("remote", "add", "origin", str(remote))
    installed = made.guard("install")
    assert installed.returncode == 0, installed.stderr
    return made


def refused(result):
    assert result.returncode != 0, result.stdout + result.stderr
    line = next(line for line in result.stderr.splitlines() if line.startswith("refused by LF063"))
    assert "  -> " in result.stderr
    return line


@pytest.mark.parametrize(
    "refs", [("main",), ("HEAD:main",), ("HEAD:refs/heads/main",), ("--force", "main"), ("--all",)]
)
def test_main_takes_no_tree_without_a_receipt(checkout, refs):
    assert "no receipt says that the tests passed" in refused(checkout.git("push", "origin", *refs))
    assert checkout.main_of_remote() == "main"
    checkout.tested()
    assert checkout.git("push", "-q", "origin", *refs).returncode == 0
    assert checkout.main_of_remote() != "main"


def test_another_branch_and_a_tag_need_none(checkout):
    assert checkout.git("push", "-q", "origin", "HEAD:work").returncode == 0
    checkout.git("tag", "v1")
    assert checkout.git("push", "-q", "origin", "v1").returncode == 0


def test_a_receipt_is_for_its_tree_alone(checkout):
    path = checkout.tested()
    checkout.commit("second")
    refused(checkout.git("push", "origin", "main"))
    for damage in (path.read_text().replace('"seconds": 1', '"seconds": 2'), "{", "[]"):
        tree = Repository(checkout.folder).tree()
        path.with_name(f"{tree}.json").write_text(damage)
        refused(checkout.git("push", "origin", "main"))
    checkout.git("reset", "-q", "--hard", "HEAD^")
    checkout.git("commit", "-q", "--amend", "-m", "the same content")
    assert checkout.git("push", "-q", "origin", "main").returncode == 0


def test_main_is_neither_deleted_nor_rewritten(checkout):
    checkout.tested()
    assert checkout.git("push", "-q", "origin", "main").returncode == 0
    assert "deletes main" in refused(checkout.git("push", "origin", ":main"))
    checkout.commit("second")
    checkout.tested()
    assert checkout.git("push", "-q", "origin", "main").returncode == 0
    checkout.git("reset", "-q", "--hard", "HEAD^")
    assert "takes commits away" in refused(checkout.git("push", "--force", "origin", "main"))


def test_an_environment_of_this_machine_must_be_backed_up(checkout):
    checkout.tested()
    state = checkout.folder / STATE
    state.mkdir(parents=True)
    (state / "prod.json").write_text('{"checkpoint": {"latest": {"resources": []}}}')
    (state / "staging.json").write_text('{"checkpoint": {"latest": null}}')
    (state / "dev.json").write_text('{"checkpoint": {"latest": {"resources": [{}]}}}')
    assert "no verified backup of dev" in refused(checkout.git("push", "origin", "main"))
    (state / "dev.json").write_text("cut of")
    refused(checkout.git("push", "origin", "main"))
    (state / "dev.json").unlink()
    assert checkout.git("push", "-q", "origin", "main").returncode == 0


def test_the_hook_that_was_there_goes_on_and_may_refuse(checkout):
    hooks = checkout.folder / ".git" / "hooks"
    assert checkout.guard("remove").returncode == 0
    assert not (hooks / "pre-push").exists()
    (hooks / "pre-push").write_text('#!/bin/sh\ncat >"$0.saw"; echo "$1" >"$0.for"; exit 3\n')
    (hooks / "pre-push").chmod(0o755)
    for _ in range(2):
        assert BEFORE in checkout.guard("install").stdout
    checkout.tested()
    assert checkout.git("push", "origin", "main").returncode != 0
    assert "refs/heads/main" in (hooks / f"{BEFORE}.saw").read_text()
    assert (hooks / f"{BEFORE}.for").read_text() == "origin\n"
    assert checkout.guard("remove").returncode == 0
    assert "exit 3" in (hooks / "pre-push").read_text()


def test_core_hookspath_and_worktrees_are_respected(checkout, tmp_path):
    shared = tmp_path / "shared-hooks"
    checkout.git("config", "core.hooksPath", str(shared))
    assert str(shared) in checkout.guard("install").stdout
    tree = tmp_path / "worktree"
    assert checkout.git("worktree", "add", "-q", "-b", "work", str(tree)).returncode == 0
    checkout.commit("from a worktree", folder=tree)
    refused(checkout.git("push", "origin", "HEAD:main", folder=tree))
    ran = checkout.guard("run", "--", "true", folder=tree)
    assert ran.returncode == 0, ran.stderr
    assert checkout.git("push", "-q", "origin", "HEAD:main", folder=tree).returncode == 0
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", "-b", "main", str(other)], check=True)
    checkout.git("config", "core.hooksPath", str(shared), folder=other)
    checkout.commit("of another project", folder=other)
    pushed = checkout.git("push", "-q", str(tmp_path / "remote.git"), "HEAD:theirs", folder=other)
    assert pushed.returncode == 0, pushed.stderr


def test_without_its_program_the_hook_refuses(checkout):
    checkout.tested()
    (checkout.folder / "guard").unlink()
    assert "is not where make hooks found it" in refused(checkout.git("push", "origin", "main"))


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (["true"], 0, "receipt: "),
        (["sh", "-c", "exit 3"], 3, ""),
        (["sh", "-c", "echo new >file"], 0, "no receipt: "),
        (["sh", "-c", "echo new >another"], 0, "no receipt: "),
        (["sh", "-c", 'test -z "$PYTEST_ADDOPTS"'], 0, "receipt: "),
    ],
)
def test_a_receipt_is_left_by_a_green_run_on_a_clean_tree(checkout, command, code, words):
    checkout.environment["PYTEST_ADDOPTS"] = "-k nothing"
    assert checkout.guard("show").returncode == 1
    ran = checkout.guard("run", "--", *command)
    assert ran.returncode == code
    assert ran.stderr.startswith(words)
    shown = checkout.guard("show", "--json")
    assert (shown.returncode == 0) == (words == "receipt: ")
    assert bool(json.loads(shown.stdout)["receipt"]) == (words == "receipt: ")


def test_tests_run_where_git_knows_nothing_and_leave_no_receipt(checkout, tmp_path):
    ran = checkout.guard("run", "--", "sh", "-c", "exit 0", folder=tmp_path)
    assert (ran.returncode, ran.stderr.startswith("no receipt: ")) == (0, True)
    assert checkout.guard("show", folder=tmp_path).returncode == 1


def test_what_is_no_push_is_refused(checkout, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", iter(["one two\n"]))
    assert main(["--in", str(checkout.folder), "pre-push"]) == 1
    assert "no push" in capsys.readouterr().err


def test_two_hooks_of_others_are_left_alone(checkout):
    hooks = checkout.folder / ".git" / "hooks"
    for name in ("pre-push", BEFORE):
        (hooks / name).write_text("#!/bin/sh\n")
    result = checkout.guard("install")
    assert (result.returncode, "are hooks of others" in result.stderr) == (1, True)
    assert checkout.guard("remove").stdout == "no hook of LedgerFlow's is installed\n"
