"""`make migrate`: data is changed only when a fresh, proven backup could bring it back."""

import io
import tarfile
import time
from datetime import timedelta

import pytest
from backup_files import write_backup

from backup.clock import now
from cli import migrations
from cli.errors import UserError
from guard.manage import permit
from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings

pytestmark = pytest.mark.unit

KEY = "the application's signing key"


class Application:
    """A pretend application with one applied and one waiting migration."""

    def __init__(self):
        self.applied = []
        self.permits = []

    @property
    def containers(self):
        return self

    def get(self, name):
        assert name == "ledger_prod_django_blue"
        return self

    def get_archive(self, path):
        assert path == "/run/secrets/django-secret-key"
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            entry = tarfile.TarInfo("django-secret-key")
            entry.size = len(KEY)
            tar.addfile(entry, io.BytesIO(KEY.encode()))
        return [buffer.getvalue()], {}

    def exec_run(self, command, environment):
        words = command[2:]
        if words == ["migrate", "--noinput"]:
            self.applied.append(words)
            self.permits.append(environment[permit.VARIABLE])
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
    given = permit.opened(application.permits[0], KEY)
    permit.require(given, "prod", ("migrate", "--noinput"), time.time())
    assert given.backup.startswith("ledgerflow_db_backup_")


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
