"""The contract of every environment: idempotent, undestroyable data, healing after a kill."""

import os
import signal
import subprocess
import time

import psycopg
import pytest

pytestmark = pytest.mark.e2e

WAIT_SECONDS = 120


def connect(clone):
    return psycopg.connect(
        host="127.0.0.1",
        port=clone.ports["postgres"],
        dbname="ledgerflow",
        user="ledgerflow",
        password="ledgerflow",
        autocommit=True,
    )


@pytest.fixture(scope="module")
def entrusted(running):
    """Put a row into the database; it must be there to the end."""
    with connect(running) as connection:
        connection.execute("create table entrusted (what text)")
        connection.execute("insert into entrusted values ('a receipt')")
    return running


def assert_entrusted(clone):
    with connect(clone) as connection:
        assert connection.execute("select what from entrusted").fetchall() == [("a receipt",)]


def identities(clone, daemon):
    return {name: daemon.containers.get(name).id for name in containers(clone, daemon)}


def containers(clone, daemon):
    return [name for name in clone.created(daemon) if "_data" not in name and running(name, daemon)]


def running(name, daemon):
    return any(f"/{name}" in container["Names"] for container in daemon.api.containers())


def test_the_refresh_right_after_the_first_up_is_empty(entrusted):
    result = entrusted.pulumi("refresh", "--yes", "--expect-no-changes")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_second_up_changes_nothing(entrusted, daemon):
    before = identities(entrusted, daemon)
    result = entrusted.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "unchanged" in result.stdout
    assert "+ " not in result.stdout
    assert identities(entrusted, daemon) == before


def test_the_preview_is_empty(entrusted):
    result = entrusted.make("preview")
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_refresh_is_empty(entrusted):
    result = entrusted.pulumi("refresh", "--yes", "--expect-no-changes")
    assert result.returncode == 0, result.stdout + result.stderr
    result = entrusted.pulumi("preview", "--diff", "--expect-no-changes")
    assert result.returncode == 0, result.stdout + result.stderr


def test_up_by_hand_changes_nothing(entrusted):
    result = entrusted.pulumi("up", "--yes", "--expect-no-changes")
    assert result.returncode == 0, result.stdout + result.stderr


def test_outputs_by_hand(entrusted):
    result = entrusted.pulumi("stack", "output", "--json")
    assert result.returncode == 0, result.stderr
    assert f'"{entrusted.volume("db_data")}"' in result.stdout


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["--run-program"],
        ["--ignore-protect"],
        ["--ignore-protect", "--run-program"],
    ],
)
def test_destroy_cannot_remove_the_protected_volumes(entrusted, daemon, flags):
    result = entrusted.pulumi("destroy", "--yes", *flags)
    assert result.returncode != 0
    assert daemon.volumes.get(entrusted.volume("db_data"))
    assert daemon.volumes.get(entrusted.volume("media_data"))
    if flags == ["--ignore-protect", "--run-program"]:
        assert "no verified backup" in result.stdout + result.stderr


def test_after_the_attempts_up_heals_and_the_data_is_there(entrusted):
    result = entrusted.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    assert_entrusted(entrusted)


def test_down_and_up_keep_the_data(entrusted, daemon):
    result = entrusted.make("down")
    assert result.returncode == 0, result.stdout + result.stderr
    assert not containers(entrusted, daemon)
    assert daemon.volumes.get(entrusted.volume("db_data"))
    result = entrusted.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    assert_entrusted(entrusted)


def test_postgres_was_stopped_cleanly(entrusted):
    result = entrusted.make("logs", "SERVICE=postgres")
    assert "database system was shut down at" in result.stdout
    assert "was not properly shut down" not in result.stdout


def test_a_container_removed_behind_our_back_comes_back(entrusted, daemon):
    daemon.containers.get(entrusted.container("redis")).remove(force=True)
    result = entrusted.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    assert_entrusted(entrusted)


def test_a_kill_in_mid_up_is_healed_by_the_next_up(entrusted, daemon):
    assert entrusted.make("down").returncode == 0
    process = subprocess.Popen(
        entrusted.make_command("up"),
        cwd=entrusted.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + WAIT_SECONDS
    while not running(entrusted.container("postgres"), daemon):
        assert time.monotonic() < deadline, "postgres was not started"
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    result = entrusted.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    assert_entrusted(entrusted)


def test_a_lost_database_volume_is_an_error_and_nothing_takes_its_place(entrusted, daemon):
    assert entrusted.make("down").returncode == 0
    volume = daemon.volumes.get(entrusted.volume("db_data"))
    volume.remove()
    for command in (["preview"], ["up"]):
        result = entrusted.make(*command)
        assert result.returncode != 0
        assert f"{volume.name} is gone" in result.stdout + result.stderr
        assert "ledger_docker volume create" in result.stdout + result.stderr
        assert volume.name not in entrusted.created(daemon)


def test_the_recreation_procedure_works(entrusted, daemon):
    daemon.volumes.create(
        entrusted.volume("db_data"),
        labels={
            "com.ledgerflow.environment": entrusted.environment,
            "com.ledgerflow.stack": entrusted.environment,
            "com.ledgerflow.protect": "true",
        },
    )
    result = entrusted.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
