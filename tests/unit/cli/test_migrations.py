"""`make migrate`: data is changed only when a fresh, proven backup could bring it back."""

from datetime import timedelta

import pytest
from backup_files import write_backup

from backup.clock import now
from cli import migrations
from cli.errors import UserError
from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings

pytestmark = pytest.mark.unit


class Application:
    """A pretend application with one applied and one waiting migration."""

    def __init__(self):
        self.applied = []

    @property
    def containers(self):
        return self

    def get(self, name):
        assert name == "ledger_prod_django_blue"
        return self

    def exec_run(self, command):
        words = command[2:]
        if words == ["migrate", "--noinput"]:
            self.applied.append(words)
        waiting = words == ["migrate", "--check"]
        return type("Result", (), {"exit_code": int(waiting), "output": b"[X]  0001\n[ ]  0002\n"})


@pytest.fixture
def application():
    return Application()


@pytest.fixture
def migrate(repository, application, monkeypatch, tmp_path):
    monkeypatch.setenv("LEDGERFLOW_ARCHIVE", str(tmp_path))
    spec = environment(Settings.parse("prod", from_file(repository / "Pulumi.prod.yaml")))
    return lambda: migrations.migrate(spec, application)


def test_without_a_backup_nothing_is_applied(migrate, application):
    with pytest.raises(UserError, match="migrations change data, and no verified backup of prod"):
        migrate()
    assert application.applied == []


def test_with_a_proven_backup_they_are_applied(migrate, application, tmp_path):
    write_backup(tmp_path / "backups", "prod", timedelta(hours=1), now=now())
    migrate()
    assert application.applied == [["migrate", "--noinput"]]


@pytest.mark.parametrize(
    ("backup", "words"),
    [
        ({"age": timedelta(hours=30)}, "is proven but 30 h old"),
        ({"age": timedelta(hours=1), "proof": None}, "was never proved"),
        ({"age": timedelta(hours=1), "size": 100}, "is damaged"),
    ],
)
def test_a_backup_that_does_not_count_is_refused_with_the_reason(
    migrate, application, tmp_path, backup, words
):
    write_backup(tmp_path / "backups", "prod", now=now(), **backup)
    with pytest.raises(UserError, match=words):
        migrate()
    assert application.applied == []
