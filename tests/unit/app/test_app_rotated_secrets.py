"""A rotated secret's other value lies beside its file, and is used where it must be."""

from types import SimpleNamespace

import psycopg
import pytest
from config.database import base
from config.environment import read_environment
from django.conf import settings

pytestmark = pytest.mark.unit

REFUSAL = 'connection failed: FATAL:  password authentication failed for user "ledgerflow"'


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "secret"
    path.write_text("before\n")
    return path


def test_the_previous_key_is_read_from_beside_the_key(file):
    variables = {"LEDGERFLOW_ENVIRONMENT": "test-a", "DJANGO_SECRET_KEY_FILE": str(file)}
    variables |= {"DATABASE_HOST": "db", "DATABASE_NAME": "x", "DATABASE_USER": "x"}
    variables |= {"DATABASE_PASSWORD": "x", "REDIS_URL": "redis://r", "SEARXNG_URL": "http://s"}
    assert read_environment(variables).previous_secret_key is None
    file.with_name("secret-previous").write_text("older\n")
    environment = read_environment(variables)
    assert (environment.secret_key, environment.previous_secret_key) == ("before", "older")
    assert "older" not in repr(environment)


class Server:
    """Takes one password; notes what was tried."""

    def __init__(self, taken, refusal=REFUSAL):
        self.taken, self.refusal, self.tried = taken, refusal, []

    def connect(self, parameters):
        self.tried.append(parameters["password"])
        if parameters["password"] != self.taken:
            raise psycopg.OperationalError(self.refusal)
        return "connection"


@pytest.fixture
def connect(monkeypatch, file):
    told = SimpleNamespace(database=SimpleNamespace(password_file=str(file)))
    monkeypatch.setattr(settings, "LEDGERFLOW", told)

    def connect(server):
        monkeypatch.setattr(
            base.base.DatabaseWrapper,
            "get_new_connection",
            lambda _wrapper, parameters: server.connect(parameters),
        )
        wrapper = base.DatabaseWrapper({"ENGINE": "config.database", "OPTIONS": {}})
        return wrapper.get_new_connection({"password": "before"})

    return connect


def test_the_password_of_the_start_is_tried_first(connect, file):
    file.with_name("secret-next").write_text("after")
    server = Server("before")
    assert connect(server) == "connection"
    assert server.tried == ["before"]


def test_where_it_is_refused_the_one_handed_over_is_tried(connect, file):
    file.with_name("secret-next").write_text("after\n")
    server = Server("after")
    assert connect(server) == "connection"
    assert server.tried == ["before", "after"]


def test_without_one_the_refusal_stands(connect):
    server = Server("after")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        connect(server)
    assert server.tried == ["before"]


def test_a_server_that_is_not_reached_is_not_asked_twice(connect, file):
    file.with_name("secret-next").write_text("after")
    server = Server("after", "connection refused")
    with pytest.raises(psycopg.OperationalError, match="connection refused"):
        connect(server)
    assert server.tried == ["before"]
