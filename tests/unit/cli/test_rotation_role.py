"""The role follows the file: a changed password is set once, and no secret leaves the process."""

import io
import tarfile

import docker.errors
import pytest

from infra import database_role, scram
from infra.execution import Finished

pytestmark = pytest.mark.unit

PASSWORD = "canary-of-the-role"


class FakeContainer:
    """A PostgreSQL container with a secret file and a role, as far as `settle` looks."""

    name = "ledger_prod_postgres"

    def __init__(self, stored: str) -> None:
        self.stored = stored
        self.commands: list[list[str]] = []
        self.scripts: list[str] = []

    def get_archive(self, path):
        content = f"{PASSWORD}\n".encode()
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w") as tar:
            entry = tarfile.TarInfo(path.rsplit("/", 1)[-1])
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        return iter([data.getvalue()]), {}

    def run(self, command, script):
        self.commands.append(command)
        self.scripts.append(script)
        if script == database_role.SHOW:
            return Finished(0, self.stored + "\n", "")
        self.stored = scram.VERIFIER.search(script).group(0)
        return Finished(0, "", "")


class FakeClient:
    def __init__(self, container) -> None:
        self.containers = self
        self.container = container

    def get(self, name):
        if self.container is None:
            raise docker.errors.NotFound("no such container")
        assert name == "ledger_prod_postgres"
        return self.container


@pytest.fixture
def settle(monkeypatch):
    monkeypatch.setattr(
        database_role, "execute", lambda container, command, script: container.run(command, script)
    )
    return lambda container: database_role.settle(FakeClient(container), "prod")


def test_a_role_with_another_password_is_given_the_one_of_the_file(settle):
    container = FakeContainer(scram.verifier("before"))
    assert settle(container) is True
    assert scram.matches(PASSWORD, container.stored)
    assert settle(container) is False


def test_the_password_is_neither_in_a_command_nor_in_sql(settle):
    container = FakeContainer("")
    settle(container)
    assert PASSWORD not in str(container.commands) + str(container.scripts)
    assert "SCRAM" not in str(container.commands)


def test_a_role_that_has_the_password_is_left_alone(settle):
    container = FakeContainer(scram.verifier(PASSWORD))
    assert settle(container) is False
    assert container.scripts == [database_role.SHOW]


def test_a_container_that_is_not_there_is_an_error(settle):
    with pytest.raises(database_role.RoleError, match="cannot be asked"):
        settle(None)


def test_what_psql_complains_about_is_shown_without_the_verifier(settle):
    container = FakeContainer("")
    container.run = lambda command, script: Finished(
        1, "", f"ERROR at {scram.verifier(PASSWORD)} in line 1"
    )
    with pytest.raises(database_role.RoleError) as error:
        settle(container)
    assert "SCRAM" not in str(error.value)
    assert "line 1" in str(error.value)
