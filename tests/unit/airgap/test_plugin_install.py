"""Installing the plugins, and what the installed launcher does."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from airgap.plugins.install import PLUGINS, install, is_stand_in

pytestmark = pytest.mark.unit


@pytest.fixture
def home(tmp_path):
    install(tmp_path, Path(sys.executable))
    return tmp_path


def launcher(home, name):
    return home / "plugins" / f"resource-{name}-v{PLUGINS[name]}" / f"pulumi-resource-{name}"


def start(home, name, **options):
    return subprocess.Popen(
        [launcher(home, name), "127.0.0.1:1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        **options,
    )


def test_the_first_installation_says_what_it_wrote(tmp_path):
    written = install(tmp_path)
    assert [folder.name for folder in written] == [
        "resource-docker-v5.2.0",
        "resource-random-v4.21.4",
    ]
    assert all(is_stand_in(tmp_path, name) for name in PLUGINS)


def test_the_second_installation_does_nothing(home):
    assert install(home, Path(sys.executable)) == []


def test_another_interpreter_is_installed_anew(home, tmp_path):
    assert len(install(home, tmp_path / "python3")) == len(PLUGINS)


def test_nothing_temporary_stays_behind(home):
    assert sorted(p.name for p in (home / "plugins").iterdir()) == [
        "resource-docker-v5.2.0",
        "resource-random-v4.21.4",
    ]


def test_an_official_plugin_is_left_alone(tmp_path):
    official = tmp_path / "plugins" / "resource-docker-v5.2.0"
    official.mkdir(parents=True)
    (official / "pulumi-resource-docker").write_bytes(b"\x7fELF")
    assert [folder.name for folder in install(tmp_path)] == ["resource-random-v4.21.4"]
    assert not is_stand_in(tmp_path, "docker")


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_the_plugin_says_its_port_from_any_directory(home, name, tmp_path):
    environment = {**os.environ, "PYTHONPATH": "/nonexistent", "PYTHONHOME": "/nonexistent"}
    with start(home, name, cwd=tmp_path, env=environment) as process:
        assert 0 < int(process.stdout.readline()) < 65536
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0


def test_the_plugin_leaves_when_the_engine_is_gone(home):
    with start(home, "random") as process:
        process.stdout.readline()
        process.stdin.close()
        assert process.wait(timeout=60) == 0
