"""The role follows the secret: a changed one is set once, and none leaves the process."""

import docker.errors
import pytest

from infra import database_role, scram
from infra.execution import Finished

pytestmark = pytest.mark.unit

PASSWORD = "canary-of-the-role"


class FakeContainer:
    """A PostgreSQL container with a role, as far as `settle` looks."""

    name = "ledger_prod_postgres"

    def __init__(self, stored: str) -> None:
        self.stored = stored
        self.commands: list[list[str]] = []
        self.scripts: list[str] = []

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
def handed_over():
    return []


@pytest.fixture
def settle(monkeypatch, handed_over):
    def note(client, environment, name, value):
        stored = client.container.stored
        handed_over.append((environment, name, value, scram.matches(value, stored)))

    monkeypatch.setattr(database_role.handover, "hand_over", note)
    monkeypatch.setattr(
        database_role, "execute", lambda container, command, script: container.run(command, script)
    )
    return lambda container: database_role.settle(FakeClient(container), "prod", PASSWORD)


def test_clients_are_handed_the_password_before_the_server_takes_it(settle, handed_over):
    container = FakeContainer(scram.verifier("before"))
    settle(container)
    assert handed_over == [("prod", "postgres-password", PASSWORD, False)]
    settle(container)
    assert len(handed_over) == 1


def test_a_role_with_another_password_is_given_the_right_one(settle):
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
