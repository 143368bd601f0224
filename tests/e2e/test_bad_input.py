"""What is wrong is said once and clearly, nothing is half-made, and a second run heals."""

import os
import socket
import subprocess
import sys
import time

import pytest
from daemon_proxy import DaemonProxy

pytestmark = pytest.mark.e2e

WAIT_SECONDS = 120


def assert_refused(result, clone, daemon, *said):
    """Check for one clear message, a failing exit code, and nothing created."""
    words = result.stdout + result.stderr
    assert result.returncode != 0, words
    for text in said:
        assert text in words
    assert words.count("error: ") == 1, words
    assert "Traceback" not in words
    assert clone.created(daemon) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ledgerflow:portz": 1}, "ledgerflow:portz: unknown key"),
        ({"ledgerflow:debug": "maybe"}, "ledgerflow:debug = 'maybe'"),
        ({"ledgerflow:ports": {"redis": 70000}}, "ledgerflow:ports.redis = 70000"),
        ({"ledgerflow:ports": {"redis": 7000, "django": 7000}}, "port 7000 is given to django"),
    ],
    ids=["unknown key", "wrong type", "port out of range", "duplicate port"],
)
@pytest.mark.parametrize("command", ["up", "preview"])
def test_a_wrong_configuration(clone, daemon, changes, said, command):
    try:
        clone.configure(**changes)
        assert_refused(clone.make(command), clone, daemon, said, "nothing was changed")
    finally:
        clone.configure()


WRONG = {
    "domain": "not a name",
    "hosts": ["-books"],
    "time_zone": "Mars/Olympus",
    "admin_username": "a b",
    "adminer": "perhaps",
    "images_locked": "sometimes",
    "django": {"stage": "beta", "slots": ["blue", "red"], "active": "red"},
    "limits": {"redis": {"memory_mib": 1, "cpus": 0}, "mongo": {"memory_mib": 64, "cpus": 1}},
    "images": {"postgres": "", "mysql": "mysql:8"},
    "secrets": {"root-password": "canary-66f0"},
    "ports": {"public": 0, "smtp": 25},
}
SAID = [
    "has 17 mistakes",
    "ledgerflow:domain = 'not a name': ",
    "ledgerflow:hosts.0 = '-books': ",
    "ledgerflow:time_zone = 'Mars/Olympus': no such time zone",
    "ledgerflow:admin_username = 'a b': ",
    "ledgerflow:adminer = 'perhaps': ",
    "ledgerflow:images_locked = 'sometimes': ",
    "ledgerflow:django.stage = 'beta': input should be 'dev' or 'prod'",
    "ledgerflow:django.slots.1 = 'red': input should be 'blue' or 'green'",
    "ledgerflow:django.active = 'red': ",
    "ledgerflow:limits.redis.memory_mib = 1: ",
    "ledgerflow:limits.redis.cpus = 0: ",
    "ledgerflow:limits.mongo",
    "ledgerflow:images.postgres = '': ",
    "ledgerflow:images.mysql: unknown key; known are adminer, caddy",
    "ledgerflow:secrets.root-password: ",
    "ledgerflow:ports.public = 0: ",
    "ledgerflow:ports.smtp: unknown key; known are adminer, django",
]


def test_a_mistake_in_every_setting_at_once(clone, daemon):
    try:
        clone.configure(**{f"ledgerflow:{key}": value for key, value in WRONG.items()})
        result = clone.make("up")
        assert_refused(result, clone, daemon, *SAID, "nothing was changed")
        assert "canary-66f0" not in result.stdout + result.stderr
    finally:
        clone.configure()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"ledgerflow:django": {"stage": "prod", "slots": ["blue"], "active": "green"}},
            "active must name one of slots",
        ),
        ({"ledgerflow:adminer": "false"}, "ports.adminer is set, but adminer is not true"),
        ({"ledgerflow:domain": "books.example"}, "it needs ports.public, ports.http and"),
        ({"ledgerflow:secrets": {"admin-password": ""}}, "admin-password must be one line"),
    ],
    ids=["slot", "adminer", "domain", "secret"],
)
def test_settings_that_do_not_go_together(clone, daemon, changes, said):
    try:
        clone.configure(**changes)
        assert_refused(clone.make("up"), clone, daemon, said, "nothing was changed")
    finally:
        clone.configure()


def test_an_unknown_environment(clone, daemon):
    result = subprocess.run(
        ["make", "-s", "up", "ENV=qa"],
        cwd=clone.path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert_refused(result, clone, daemon, "there is no Pulumi.qa.yaml", "dev, prod")


def test_a_stack_file_that_is_not_yaml(clone, daemon):
    try:
        clone.stack_file.write_text("config: [")
        assert_refused(clone.make("up"), clone, daemon, "is not YAML: line 1, ", "-> correct")
    finally:
        clone.stack_file.unlink()
        clone.configure()


def test_a_taken_port(clone, daemon):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", clone.ports["redis"]))
        listener.listen()
        result = clone.make("up")
    assert_refused(
        result, clone, daemon, f"127.0.0.1:{clone.ports['redis']} by another program", "ports.redis"
    )


def test_no_daemon(clone, daemon, tmp_path):
    result = clone.make("up", DOCKER_HOST=f"unix://{tmp_path}/nobody.sock")
    assert_refused(result, clone, daemon, "does not answer", "unset DOCKER_HOST")


def test_no_disk(clone, daemon, tmp_path):
    tiny = tmp_path / "tiny"
    tiny.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", tiny], check=True)
    try:
        result = clone.make("up", XDG_CACHE_HOME=str(tiny))
    finally:
        subprocess.run(["umount", tiny], check=True)
    assert_refused(result, clone, daemon, "GiB left", "free some space")


def test_an_old_python(clone, daemon, tmp_path):
    old = tmp_path / "python3.9"
    pretend = "import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2'"
    old.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "{pretend}; sys.argv = sys.argv[1:]; '
        'import runpy; runpy.run_path(sys.argv[0], run_name=\'__main__\')" "$@"\n'
    )
    old.chmod(0o755)
    (clone.path / "requirements.lock").touch()
    result = clone.make("up", f"PYTHON={old}")
    words = result.stdout + result.stderr
    assert result.returncode != 0
    assert "Python 3.11 or later is needed, this is 3.9.2" in words
    assert clone.created(daemon) == []


def test_the_salt_of_another_passphrase(clone, daemon):
    document = clone.stack_file.read_text()
    try:
        with clone.stack_file.open("a") as file:
            file.write(
                "encryptionsalt: v1:GmHsLu+MZjc=:v1:xTNFYTab3BHUYMI5:GDnftYIds5dzswlh9BRJT2XZ\n"
            )
        assert_refused(clone.make("up"), clone, daemon, "encrypted with another passphrase")
    finally:
        clone.stack_file.write_text(document)


def test_a_daemon_that_stops_in_mid_up(clone, daemon, tmp_path):
    proxy = DaemonProxy(tmp_path / "docker.sock")
    process = subprocess.Popen(
        clone.make_command("up"),
        cwd=clone.path,
        env={**os.environ, "DOCKER_HOST": proxy.address},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + WAIT_SECONDS
    while clone.container("postgres") not in clone.created(daemon):
        assert time.monotonic() < deadline, "postgres was not created"
        time.sleep(0.1)
    proxy.stop()
    words, _ = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode != 0
    assert "the Docker engine does not answer" in words
    assert "Traceback" not in words
    result = clone.make("up")
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_interrupt_in_mid_up_is_no_success_and_is_gone_on_with(clone, daemon):
    assert clone.make("down").returncode == 0
    process = subprocess.Popen(
        clone.make_command("up"),
        cwd=clone.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + WAIT_SECONDS
    while clone.container("postgres") not in clone.created(daemon):
        assert time.monotonic() < deadline, "postgres was not created"
        time.sleep(0.1)
    os.killpg(process.pid, 2)
    words, _ = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode != 0, words
    assert "Traceback" not in words, words
    result = clone.make("up")
    assert result.returncode == 0, result.stdout + result.stderr


def test_down_removes_what_a_cut_run_made_and_never_recorded(clone, daemon):
    labels = {"com.ledgerflow.stack": clone.environment}
    daemon.containers.get(clone.container("adminer")).remove(force=True)
    network = f"ledger_{clone.environment}_internal"
    daemon.containers.run(
        "redis:7.2", name=clone.container("adminer"), labels=labels, network=network, detach=True
    )
    result = clone.make("down")
    assert result.returncode == 0, result.stdout + result.stderr
    assert [name for name in clone.created(daemon) if "_data" not in name] == [
        f"ledger_{clone.environment}_audit",
        f"ledger_{clone.environment}_caddy_config",
    ]
