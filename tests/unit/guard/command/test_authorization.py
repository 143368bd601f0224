"""``ledger_docker authz``: what is for people about the daemon's plugin."""

import json
import os

import pytest

from guard.authz.installing.places import Places
from guard.authz.installing.selftest import Finding
from guard.command import authorization, codes
from guard.command.options import Options
from guard.command.session import Session

pytestmark = pytest.mark.guard


@pytest.fixture
def session(tmp_path, monkeypatch):
    """A machine without daemon or plugin."""
    places = Places(
        sockets=tmp_path,
        daemon_config=tmp_path / "daemon.json",
        daemon_pid_file=tmp_path / "pid",
        docker=f"unix://{tmp_path}/d.sock",
        audit=tmp_path / "audit",
        state=tmp_path / "state",
        log=tmp_path / "log",
        units=None,
    )
    monkeypatch.setattr(authorization, "of_this_machine", lambda: places)
    return Session(Options(()), os.environ, tmp_path)


def run(session: Session, *words: str) -> int:
    return authorization.authorization(session, words)


def test_status_says_what_is_missing(session, capsys):
    assert run(session, "status", "--json") == codes.DAMAGED
    found = json.loads(capsys.readouterr().out)
    assert (found["configured"], found["answers"]) == (False, False)
    assert run(session, "status") == codes.DAMAGED
    assert "configured: False" in capsys.readouterr().out


def test_what_cannot_be_done_is_two_lines(session, capsys):
    assert run(session, "install") == codes.DAMAGED
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("ledger_docker: ")
    assert second.startswith("ledger_docker: ")


@pytest.mark.parametrize("passed", [True, False])
def test_the_self_test_tells_its_findings(session, monkeypatch, capsys, passed):
    findings = (Finding("a volume stays", passed, "403"),)
    monkeypatch.setattr(authorization, "selftest", lambda _places: findings)
    assert run(session, "selftest") == (codes.DONE if passed else codes.DAMAGED)
    assert capsys.readouterr().out.startswith("ok   a volume" if passed else "FAIL a volume")
    run(session, "selftest", "--json")
    assert json.loads(capsys.readouterr().out)[0]["passed"] is passed


def test_remove_and_serve_do_what_they_say(session, monkeypatch, capsys):
    called = []
    monkeypatch.setattr(authorization.install, "remove", called.append)
    assert run(session, "remove") == codes.DONE
    monkeypatch.setattr("os.chdir", called.append)
    monkeypatch.setattr("os.execv", lambda path, words: called.append(words))
    run(session, "serve")
    assert called[-1][1:4] == ["-m", "guard.authz", "serve"]
    assert "any more" in capsys.readouterr().out
