"""`make demo`: where it runs, what it is told, and what is asked before."""

import docker.errors
import pytest

from cli import demo as module
from cli.__main__ import main
from cli.errors import UserError
from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings

pytestmark = pytest.mark.unit


class Daemon:
    """A pretended daemon with one container, which notes what is run in it."""

    def __init__(self, name="ledger_dev_django", status="running", code=0):
        self.name, self.status, self.code, self.id = name, status, code, "1"
        self.ran = []

    @property
    def containers(self):
        return self

    @property
    def api(self):
        return self

    def get(self, name):
        if name != self.name:
            raise docker.errors.NotFound(name)
        return self

    def exec_create(self, identity, command):
        self.ran.append(command)
        return {"Id": "2"}

    def exec_start(self, identity, *, stream, demux):
        return iter([(b"93 files\n", None), (None, b"a note\n")])

    def exec_inspect(self, identity):
        return {"ExitCode": self.code}


@pytest.fixture
def dev(repository):
    return environment(Settings.parse("dev", from_file(repository / "Pulumi.dev.yaml")))


def call(monkeypatch, daemon, *words):
    monkeypatch.setattr(module.engine, "connect", lambda: daemon)
    monkeypatch.setattr("sys.argv", ["make", "demo", *words])
    return main()


def test_it_runs_in_the_application_s_container_and_shows_its_words(monkeypatch, capsys):
    daemon = Daemon()
    assert call(monkeypatch, daemon, "dev", "--size", "large") == 0
    assert daemon.ran == [[*module.COMMAND, "--size", "large", "--seed", "1"]]
    assert capsys.readouterr() == ("93 files\n", "a note\n")


def test_its_failure_is_ours(monkeypatch):
    assert call(monkeypatch, Daemon(code=1), "dev") == 1


def test_removal_is_asked_about_everywhere(monkeypatch, capsys):
    daemon = Daemon()
    assert call(monkeypatch, daemon, "dev", "--remove", "--confirm", "prod") == 1
    assert "LF064: not confirmed for dev" in capsys.readouterr().err
    assert daemon.ran == []
    assert call(monkeypatch, daemon, "dev", "--remove", "--confirm", "dev") == 0
    assert daemon.ran == [[*module.COMMAND, "--remove"]]


def test_where_people_s_documents_are_it_is_asked_and_then_said_to_the_application(
    monkeypatch, capsys
):
    daemon = Daemon("ledger_prod_django_blue")
    assert call(monkeypatch, daemon, "prod", "--confirm", "dev") == 1
    assert daemon.ran == []
    assert call(monkeypatch, daemon, "prod", "--confirm", "prod") == 0
    assert daemon.ran[0][-1] == module.BESIDE


@pytest.mark.parametrize("daemon", [Daemon("other"), Daemon(status="exited")])
def test_an_environment_that_is_not_up_is_told(dev, daemon):
    with pytest.raises(UserError) as refusal:
        module.run(dev, daemon, module.COMMAND)
    assert refusal.value.remedy.startswith("make up ENV=dev")
    assert daemon.ran == []
