"""Installing the plugin: what is written where, and what stops it; no daemon is needed."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from fake_engine import fake_engine

from guard.authz import install
from guard.authz.installing import daemon_config, enforcing, service
from guard.authz.installing.daemon_config import KEY
from guard.authz.installing.places import REPOSITORY, Places
from guard.authz.installing.problem import AuthorizationError

pytestmark = pytest.mark.unit


@pytest.fixture
def places(tmp_path):
    return Places(
        plugin="ledgerflow-test",
        sockets=tmp_path / "plugins",
        daemon_config=tmp_path / "etc" / "daemon.json",
        daemon_pid_file=tmp_path / "daemon.pid",
        docker=f"unix://{tmp_path}/d.sock",
        audit=tmp_path / "audit",
        state=tmp_path / "state",
        log=tmp_path / "log",
        units=None,
    )


@pytest.fixture
def file(places):
    places.daemon_config.parent.mkdir()
    return places.daemon_config


def test_other_keys_and_plugins_stay_in_their_order(file):
    before = {"log-driver": "local", KEY: ["other"], "debug": False}
    file.write_text(json.dumps(before))
    file.chmod(0o640)
    assert daemon_config.add(file, "ours")
    assert list(json.loads(file.read_text()).items()) == [
        ("log-driver", "local"),
        (KEY, ["other", "ours"]),
        ("debug", False),
    ]
    assert file.stat().st_mode & 0o777 == 0o640
    assert not daemon_config.add(file, "ours")
    assert daemon_config.take_out(file, "ours")
    assert json.loads(file.read_text()) == before
    assert not daemon_config.take_out(file, "ours")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_file_that_was_not_there_is_made_and_goes_again(places):
    assert not daemon_config.named(places.daemon_config, "ours")
    assert daemon_config.add(places.daemon_config, "ours")
    assert json.loads(places.daemon_config.read_text()) == {KEY: ["ours"]}
    assert daemon_config.named(places.daemon_config, "ours")
    assert daemon_config.take_out(places.daemon_config, "ours")
    assert not places.daemon_config.exists()


@pytest.mark.parametrize("content", ["{", "[]", f'{{"{KEY}": "ours"}}'])
def test_a_file_that_is_not_understood_is_not_touched(file, content):
    file.write_text(content)
    for change in (daemon_config.add, daemon_config.take_out, daemon_config.named):
        with pytest.raises(AuthorizationError) as raised:
            change(file, "ours")
        assert raised.value.way
    assert file.read_text() == content


def test_a_write_that_fails_leaves_the_old_file(file, monkeypatch):
    file.write_text("{}")

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        daemon_config.add(file, "ours")
    assert file.read_text() == "{}"
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_only_the_superuser_changes_the_daemon(places, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for change in (install.install, install.remove):
        with pytest.raises(AuthorizationError, match="only the superuser"):
            change(places)
    assert not places.daemon_config.exists()


def test_without_a_daemon_nothing_is_installed(places, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(AuthorizationError, match="no Docker daemon runs"):
        install.install(places)
    assert not places.daemon_config.exists()
    assert install.status(places).process is None


def test_the_unit_starts_before_the_daemon_and_counts_once_it_answers(places):
    unit = service.unit(places)
    assert "Before=docker.service" in unit
    assert "Restart=always" in unit
    start, wait = re.findall(r"^Exec(?:Start|StartPost)=(.*)$", unit, re.MULTILINE)
    assert " serve --socket " in start
    assert " wait --socket " in wait
    assert f"WorkingDirectory={REPOSITORY}" in unit
    assert service.drop_in(places).splitlines() == [
        "[Unit]",
        "Wants=ledgerflow-test-authz.service",
        "After=ledgerflow-test-authz.service",
    ]


def test_systemd_is_told_in_the_right_order(places, tmp_path, monkeypatch):
    units = tmp_path / "units"
    units.mkdir()
    told = tmp_path / "told"
    program = tmp_path / "systemctl"
    program.write_text(f'#!/bin/sh\necho "$@" >> {told}\n[ "$1" != "${{FAIL:-}}" ]\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(service, "answers", lambda *_: True)
    held = Places(**{**vars(places), "units": units})
    service.start(held)
    assert told.read_text().splitlines() == [
        "daemon-reload",
        "enable ledgerflow-test-authz.service",
        "restart ledgerflow-test-authz.service",
    ]
    names = sorted(str(path.relative_to(units)) for path in units.rglob("*") if path.is_file())
    assert names == ["docker.service.d/ledgerflow-test-authz.conf", "ledgerflow-test-authz.service"]
    service.stop(held)
    assert [path for path in units.rglob("*") if path.is_file()] == []
    monkeypatch.setenv("FAIL", "enable")
    with pytest.raises(AuthorizationError, match="systemctl enable"):
        service.start(held)


@pytest.mark.parametrize(
    ("status", "words", "enforced"),
    [
        (403, "authorization denied by plugin ledgerflow-test: [LF049]", True),
        (403, "authorization denied by plugin another: no", None),
        (400, "got EOF while reading request body", False),
        (500, "EOF", False),
        (500, "plugin ledgerflow-test failed with error: …", None),
    ],
)
def test_the_daemons_own_answer_tells_whether_it_asks(places, monkeypatch, status, words, enforced):
    monkeypatch.setattr(enforcing, "ask", lambda *_, **__: (status, words))
    assert enforcing.enforced(places) is enforced


def test_a_daemon_that_is_not_there_tells_nothing(places, tmp_path):
    assert enforcing.enforced(places) is None
    assert enforcing.daemon_process(places) is None
    with fake_engine(tmp_path / "d.sock", {}):
        assert enforcing.enforced(places) is None


def test_the_process_answers_survives_its_worker_and_ends_when_it_is_told(places):
    places.state.mkdir()
    service.start(places)
    number = service.process(places)
    try:
        assert number is not None
        [worker] = _children(number)
        os.kill(worker, signal.SIGKILL)
        _until(lambda: _children(number) not in ([], [worker]))
        [second] = _children(number)
        service.start(places)  # is there already: another worker, with the code as it is now
        _until(lambda: _children(number) not in ([], [second]))
        assert service.process(places) == number
        # the supervisor's own end: its worker takes its part
        [orphan] = _children(number)
        os.kill(number, signal.SIGKILL)
        _until(lambda: service.process(places) == orphan)
        number = orphan
        _until(lambda: install.status(places).answers)
    finally:
        service.stop(places)
    assert service.process(places) is None
    assert not places.serving.socket.exists()
    assert _children(number) == []
    service.stop(places)


def test_a_plugin_that_cannot_start_is_said_with_its_log(places, monkeypatch):
    monkeypatch.setattr(service, "START_SECONDS", 0.2)
    monkeypatch.setattr(service, "command", lambda *_: ["false"])
    with pytest.raises(AuthorizationError, match="does not answer") as raised:
        service.start(places)
    assert str(places.log) in raised.value.way


def test_before_a_daemon_starts_its_plugin_is_started_if_it_is_named(places, file, monkeypatch):
    started = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(service, "start", started.append)
    install.ensure_running(places)
    assert started == []
    daemon_config.add(file, places.plugin)
    install.ensure_running(places)
    assert started == [places]
    monkeypatch.setattr(install, "answers", lambda *_: True)
    install.ensure_running(places)
    assert started == [places]


def _children(number: int) -> list[int]:
    words = subprocess.run(["ps", "-o", "pid=", "--ppid", str(number)], capture_output=True)
    return [int(word) for word in words.stdout.split()]


def _until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_places_of_this_machine_are_absolute():
    assert all(path.is_absolute() for path in vars(Places()).values() if isinstance(path, Path))
