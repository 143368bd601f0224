"""The command of a health check: fast while a container starts, at rest while it is well."""

import subprocess

import pytest

from infra.render import health
from infra.spec import HealthCheck

pytestmark = pytest.mark.unit


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Return a function that asks as Docker does: exit code, seconds rested, mark there or not."""
    mark, rested = tmp_path / "well", tmp_path / "rested"
    monkeypatch.setattr(health, "MARK", str(mark))
    sleep = tmp_path / "bin" / "sleep"
    sleep.parent.mkdir()
    sleep.write_text(f'#!/bin/sh\necho "$1" >>{rested}\n')
    sleep.chmod(0o755)

    def asked(*test, **settings):
        rested.write_text("")
        kind, script = health.command(HealthCheck(test=test, **settings))
        assert kind == "CMD-SHELL"
        path = f"{sleep.parent}:/usr/bin:/bin"
        code = subprocess.run(["/bin/sh", "-c", script], env={"PATH": path}).returncode
        return code, rested.read_text().split(), mark.exists()

    return asked


def test_who_starts_is_asked_at_once_and_who_is_well_rests(ask):
    assert ask("CMD", "true") == (0, [], True)
    assert ask("CMD", "true", rest=15) == (0, ["15"], True)


def test_a_no_is_followed_by_a_question_without_a_rest(ask):
    ask("CMD", "true")
    assert ask("CMD", "false", rest=15) == (1, ["15"], False)
    assert ask("CMD", "false") == (1, [], False)
    assert ask("CMD", "true") == (0, [], True)


def test_a_question_that_hangs_is_a_no_and_leaves_no_mark(ask):
    ask("CMD", "true")
    assert ask("CMD", "/bin/sleep", "60", timeout=1) == (1, ["15"], False)


def test_a_mark_that_cannot_be_made_is_no_illness(ask, tmp_path, monkeypatch):
    monkeypatch.setattr(health, "MARK", str(tmp_path / "full" / "well"))
    assert ask("CMD", "true")[0] == 0


@pytest.mark.parametrize("test", [("CMD", "test", "a b", "=", "a b"), ("CMD-SHELL", "[ 'a b' ]")])
def test_words_stay_as_they_are(ask, test):
    assert ask(*test)[0] == 0


def test_docker_waits_longer_than_the_command_ever_takes():
    check = HealthCheck(test=("CMD", "true"), rest=15, timeout=5)
    assert health.timeout(check) > 15 + 5
