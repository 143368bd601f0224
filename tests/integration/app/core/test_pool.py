"""The pool of a web process: shared by threads, with the password of now, well after an outage."""

import threading
from types import SimpleNamespace

import pytest
from config.database import base
from config.database.pool import pool_options
from django.conf import settings
from django.db import OperationalError, connection, connections
from postgres import PASSWORD

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pooled(monkeypatch):
    """Return a function that makes a thread's connection to one pool."""
    made = []

    def make(size=2, wait=1, **changes):
        monkeypatch.setattr(base, "WAIT", wait)
        wrapper = connections["default"].copy()
        wrapper.settings_dict.update({"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, **changes})
        pool = pool_options(size)
        wrapper.settings_dict["OPTIONS"] = {**wrapper.settings_dict["OPTIONS"], "pool": pool}
        made.append(wrapper)
        return wrapper

    yield make
    for wrapper in made:
        wrapper.close()
    made[0].close_pool()


def server_process(wrapper):
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_connections_are_used_again(pooled):
    seen = set()
    for _ in range(6):
        wrapper = pooled()
        seen.add(server_process(wrapper))
        wrapper.close()
    assert len(seen) <= 2


def test_no_more_are_opened_than_allowed(pooled):
    taken = [pooled(size=1), pooled(size=1)]
    server_process(taken[0])
    with pytest.raises(OperationalError, match="couldn't get a connection"):
        server_process(taken[1])
    taken[0].close()
    assert server_process(taken[1])


def test_a_rotated_password_is_used(pooled, tmp_path, monkeypatch):
    (tmp_path / "secret-next").write_text(PASSWORD)
    told = SimpleNamespace(password_file=str(tmp_path / "secret"))
    monkeypatch.setattr(settings, "LEDGERFLOW", SimpleNamespace(database=told))
    assert server_process(pooled(PASSWORD="before the rotation"))


def test_the_reason_is_told_without_the_pool(pooled):
    refused = pooled(PASSWORD="wrong")
    with pytest.raises(OperationalError, match="couldn't get a connection"):
        server_process(refused)
    with pytest.raises(OperationalError, match="authentication failed"):
        server_process(refused.without_pool())


@pytest.mark.parametrize("size", [1, 6])
def test_the_first_request_after_an_outage_is_served(pooled, app_postgres, size):
    wrappers = [pooled(size) for _ in range(size)]
    for each in wrappers:
        server_process(each)
    for each in wrappers:
        each.close()
    connection.close()
    app_postgres.stop()
    with pytest.raises(OperationalError):
        server_process(wrappers[0])
    app_postgres.start()
    assert server_process(wrappers[0])


def test_a_restart_that_nobody_noticed_costs_no_request(pooled, app_postgres):
    wrappers = [pooled(6) for _ in range(6)]
    before = {server_process(each) for each in wrappers}
    for each in wrappers:
        each.close()
    connection.close()
    app_postgres.stop()
    app_postgres.start()
    after = {server_process(each) for each in wrappers}
    assert len(after) == 6
    assert not before & after


def test_who_waits_when_the_server_comes_back_is_served(pooled, app_postgres):
    wrapper = pooled(wait=30)
    server_process(wrapper)
    wrapper.close()
    connection.close()
    app_postgres.stop()
    start = threading.Timer(1.5, app_postgres.start)
    start.start()
    try:
        assert server_process(wrapper)
    finally:
        start.join()
