"""The way out of a refusal: by a phrase that is bound to one command, once, with a proof."""

import json
import os
import pty
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import stage
from backup_files import write_backup
from stage import LAUNCHER, Stage

from guard.command import codes
from guard.effects import KillContainer, Look, RemoveContainer, RemoveVolume
from guard.emergency import grants, take

pytestmark = pytest.mark.guard

REMOVE = ["volume", "rm", "ledger_dev_db_data"]
VOLUMES = [
    stage.volume("ledger_dev_db_data", protect="true", environment="dev"),
    stage.volume("ledger_dev_media_data", protect="true", environment="dev"),
    stage.volume("precious", protect="true"),
]


@pytest.fixture
def on(tmp_path: Path):
    with stage.daemon(tmp_path / "daemon.sock", (), VOLUMES) as host:
        found = Stage(tmp_path, host)
        found.variables["LEDGERFLOW_ARCHIVE"] = str(tmp_path / "archive")
        found.variables["LATER"] = str(tmp_path / "later")
        found.program("make", '#!/bin/sh\necho "make $*" >> "$RECORD.make"\neval "$MAKE_ACT"\n')
        yield found


def backed_up(on: Stage, folder: str = "archive") -> str:
    now = datetime.now(UTC)
    return write_backup(on.folder / folder / "backups", "dev", timedelta(minutes=5), now=now)


def phrase(on: Stage, *words: str) -> str:
    result = on.run("emergency", "--request", "--", *words)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_in_two_steps_it_runs_the_command_once_and_loudly(on):
    backup = backed_up(on)
    asked = on.run("emergency", "--request", "--", *REMOVE)
    given = asked.stdout.strip()
    assert given.startswith("lose-dev-")
    assert "is refused by LF040" in asked.stderr
    assert "protected volumes in danger: ledger_dev_db_data" in asked.stderr
    assert f"dev as it is now would be lost; what is kept: {backup}" in asked.stderr
    assert on.ran == []

    result = on.run("emergency", "--phrase", given, "--", *REMOVE, act="exit 6")
    assert result.returncode == 6
    assert on.ran == [REMOVE]
    assert "EMERGENCY: docker volume rm ledger_dev_db_data" in result.stderr
    decision, outcome = on.lines
    assert (decision["phase"], decision["rule"]) == ("emergency", "LF040")
    assert decision["backups"] == [backup]
    assert (outcome["of"], outcome["exit_code"]) == (decision["seq"], 6)

    again = on.run("emergency", "--phrase", given, "--", *REMOVE)
    assert again.returncode == codes.REFUSED
    assert "used before" in again.stderr
    assert on.ran == [REMOVE]


def test_a_phrase_is_for_one_command_in_one_folder_on_one_daemon(on, tmp_path):
    backed_up(on)
    given = phrase(on, *REMOVE)
    for words, variables in (
        (["volume", "rm", "-f", "ledger_dev_db_data"], {}),
        (["volume", "rm", "ledger_dev_media_data"], {}),
        (["volume", "rm", "ledger_dev_db_data", "ledger_dev_media_data"], {}),
    ):
        result = on.run("emergency", "--phrase", given, "--", *words, **variables)
        assert result.returncode == 126
        assert "not the one for this command" in result.stderr
    with stage.daemon(tmp_path / "other.sock", (), VOLUMES) as other:
        result = on.run("emergency", "--phrase", given, "--", *REMOVE, DOCKER_HOST=other)
        assert result.returncode == 126
    wrong = given[:-1] + ("a" if given[-1] != "a" else "b")
    assert on.run("emergency", "--phrase", wrong, "--", *REMOVE).returncode == 126
    assert on.ran == []
    assert [line["phase"] for line in on.lines] == ["wrong phrase"] * 5
    assert on.run("emergency", "--phrase", given, "--", *REMOVE).returncode == 0


def test_a_phrase_is_good_for_ten_minutes(on):
    backed_up(on)
    given = phrase(on, *REMOVE)
    [request] = (on.log / "requests").iterdir()
    content = json.loads(request.read_text())
    for age in (601, -60):
        request.write_text(json.dumps({**content, "created": time.time() - age}))
        result = on.run("emergency", "--phrase", given, "--", *REMOVE)
        assert result.returncode == 126
        assert "older than 10 minutes" in result.stderr
    assert on.ran == []


def test_nothing_goes_without_a_proven_backup(on):
    """Neither asking nor a phrase that was given while there was one."""
    backed_up(on)
    given = phrase(on, *REMOVE)
    shutil.rmtree(on.folder / "archive")
    for words in (["--phrase", given], ["--request"]):
        result = on.run("emergency", *words, "--", *REMOVE, CONFIRM="dev")
        assert result.returncode == 126
        assert "no emergency goes without a proven backup of dev" in result.stderr
        assert "make backup ENV=dev KIND=full EMERGENCY=1" in result.stderr
    assert on.ran == []


def test_a_backup_is_made_first_when_there_is_none(on):
    backed_up(on, "later")
    act = 'cp -r "$LATER" "$LEDGERFLOW_ARCHIVE"'
    result = on.run("emergency", "--request", "--", *REMOVE, MAKE_ACT=act)
    assert result.returncode == 0
    assert result.stdout.startswith("lose-dev-")
    [made] = Path(f"{on.record}.make").read_text().splitlines()
    assert made == f"make -C {LAUNCHER.parent} backup ENV=dev KIND=full EMERGENCY=1"


def test_a_backup_that_fails_ends_the_emergency(on):
    result = on.run("emergency", "--request", "--", *REMOVE, MAKE_ACT="exit 2")
    assert result.returncode == 126
    assert "its backup failed with exit code 2" in result.stderr
    assert result.stdout == ""


def test_a_protected_volume_of_no_environment_has_no_emergency(on):
    result = on.run("emergency", "--request", "--", "volume", "rm", "precious")
    assert result.returncode == codes.USAGE
    assert "no backup has what it holds" in result.stderr


def test_the_plugin_goes_only_with_a_proof_of_all_that_it_protects(on):
    words = ["plugin", "disable", "-f", "ledgerflow"]
    assert on.run("emergency", "--request", "--", *words).returncode == 126
    backed_up(on)
    given = phrase(on, *words)
    assert on.run("emergency", "--phrase", given, "--", *words).returncode == 0
    assert on.ran == [words]


def test_what_is_allowed_needs_no_emergency(on):
    result = on.run("emergency", "--request", "--", "ps")
    assert result.returncode == 0
    assert "the rules allow it" in result.stderr
    assert on.ran == [["ps"]]


def test_nothing_runs_when_it_cannot_be_recorded(on):
    backed_up(on)
    given = phrase(on, *REMOVE)
    (on.log / "head.new").mkdir()
    result = on.run("emergency", "--phrase", given, "--", *REMOVE)
    assert result.returncode == 126
    assert "cannot be written" in result.stderr
    assert on.ran == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["emergency", *REMOVE], "needs -- before"),
        (["emergency", "--"], "DOCKER-COMMAND"),
        (["emergency", "--yes", "--", *REMOVE], "does not know --yes"),
        (["emergency", "--request", "--phrase", "x", "--", *REMOVE], "DOCKER-COMMAND"),
        (["emergency", "--", *REMOVE], "takes two steps"),
        (["emergency", "--request", "--", "compose", "down", "-v"], "volume rm NAME"),
    ],
)
def test_command_lines_that_make_no_sense(on, words, says):
    backed_up(on)
    result = on.run(*words)
    assert result.returncode == codes.USAGE
    assert says in result.stderr
    assert on.ran == []


@pytest.mark.parametrize("right", [True, False])
def test_on_a_terminal_the_phrase_is_typed(on, right):
    backed_up(on)
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(on.folder / "project")
        os.execve(LAUNCHER, [str(LAUNCHER), "emergency", "--", *REMOVE], on.environment())
    seen = ""
    while not seen.endswith("> "):
        seen += os.read(terminal, 1000).decode()
    typed = seen.partition("type: ")[2].split()[0] if right else "CONFIRM=dev"
    os.write(terminal, f"{typed}\n".encode())
    try:
        while os.read(terminal, 1000):
            pass
    except OSError:  # how Linux says that the other end is closed
        os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert code == (0 if right else 126)
    assert on.ran == ([REMOVE] if right else [])


class TestGrants:
    """What tells the daemon's plugin of an emergency."""

    NOW = 1_000_000.0

    def test_a_grant_is_taken_once(self, tmp_path):
        grants.give(tmp_path, [RemoveVolume("data"), Look()], self.NOW)
        assert not take(tmp_path, [RemoveVolume("other")], self.NOW)
        assert not take(tmp_path, [RemoveContainer("data")], self.NOW)
        assert not take(tmp_path, [Look()], self.NOW)
        assert not take(tmp_path, [], self.NOW)
        assert take(tmp_path, [RemoveVolume("data", force=True)], self.NOW + 1)
        assert not take(tmp_path, [RemoveVolume("data")], self.NOW + 1)

    def test_a_request_of_several_effects_takes_all_or_none(self, tmp_path):
        both = [KillContainer("a"), RemoveContainer("a", force=True)]
        grants.give(tmp_path, both[:1], self.NOW)
        assert not take(tmp_path, both, self.NOW)
        grants.give(tmp_path, both[1:], self.NOW)
        assert take(tmp_path, both, self.NOW)
        assert not take(tmp_path, both[:1], self.NOW)

    def test_a_grant_is_good_for_two_minutes(self, tmp_path):
        grants.give(tmp_path, [RemoveVolume("data")], self.NOW)
        assert not take(tmp_path, [RemoveVolume("data")], self.NOW + 121)
        assert not take(tmp_path, [RemoveVolume("data")], self.NOW - 1_000)
        assert take(tmp_path, [RemoveVolume("data")], self.NOW + 119)

    def test_what_was_not_taken_is_taken_back(self, tmp_path):
        given = grants.give(tmp_path, [RemoveVolume("a"), RemoveVolume("b")], self.NOW)
        assert take(tmp_path, [RemoveVolume("a")], self.NOW)
        grants.withdraw(given)
        assert not take(tmp_path, [RemoveVolume("b")], self.NOW)
        assert list((tmp_path / grants.FOLDER).iterdir()) == []

    def test_a_folder_that_others_can_use_holds_no_grants(self, tmp_path, monkeypatch):
        grants.give(tmp_path, [RemoveVolume("data")], self.NOW)
        folder = tmp_path / grants.FOLDER
        folder.chmod(0o770)
        assert not take(tmp_path, [RemoveVolume("data")], self.NOW)
        with pytest.raises(PermissionError):
            grants.give(tmp_path, [RemoveVolume("data")], self.NOW)
        folder.chmod(0o700)
        monkeypatch.setattr("os.geteuid", lambda: 4711)
        assert not take(tmp_path, [RemoveVolume("data")], self.NOW)

    def test_damaged_grants_and_none_at_all_are_no_grants(self, tmp_path):
        assert not take(tmp_path / "nothing", [RemoveVolume("data")])
        grants.give(tmp_path, [RemoveVolume("data")], self.NOW)
        for path in (tmp_path / grants.FOLDER).iterdir():
            path.write_text("{")
        assert not take(tmp_path, [RemoveVolume("data")], self.NOW)
