"""The ordinary way first; nothing of airgap runs where the official parts are there."""

import subprocess
import sys
from pathlib import Path

import pytest

from cli import images, parts, pulumi_official
from cli.pulumi_official import DownloadError, Finding
from cli.workspace import Workspace

pytestmark = pytest.mark.unit


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture
def airgap_is_poison(monkeypatch):
    """Importing anything of airgap fails."""
    for name in [name for name in sys.modules if name.split(".")[0] == "airgap"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "airgap", None)


def official_plugins(home: Path):
    for name in parts.PLUGINS:
        version = parts.version(f"pulumi-{name}")
        (home / "plugins" / f"resource-{name}-v{version}").mkdir(parents=True)


def test_an_installed_pulumi_is_used_as_it_is(workspace, monkeypatch, airgap_is_poison):
    found = Finding(Path("/usr/bin/pulumi"), "version 3.257.0")
    monkeypatch.setattr(pulumi_official, "look", lambda _environ: found)
    parts.ensure_cli(workspace, {})
    assert not workspace.bin.exists()


def test_the_official_download_is_linked_into_the_clone(
    workspace, monkeypatch, airgap_is_poison, tmp_path
):
    official = tmp_path / "official"
    official.mkdir()
    for name in ("pulumi", "pulumi-language-python", "README"):
        (official / name).write_text(name)
    monkeypatch.setattr(pulumi_official, "look", lambda _environ: Finding(None, "none"))
    monkeypatch.setattr(pulumi_official, "install_official", lambda *_: official / "pulumi")
    parts.ensure_cli(workspace, {"XDG_CACHE_HOME": str(tmp_path)})
    linked = sorted(path.name for path in workspace.bin.iterdir())
    assert linked == ["pulumi", "pulumi-language-python"]
    parts.ensure_cli(workspace, {})


def test_only_without_a_download_is_pulumi_built(workspace, monkeypatch, tmp_path):
    built = tmp_path / "built" / "pulumi"
    built.parent.mkdir()
    built.write_text("pulumi")

    def unreachable(*_):
        raise DownloadError("no such host")

    monkeypatch.setattr(pulumi_official, "look", lambda _environ: Finding(None, "none"))
    monkeypatch.setattr(pulumi_official, "install_official", unreachable)
    monkeypatch.setattr("airgap.toolchain.build", lambda _cache, _say: built)
    parts.ensure_cli(workspace, {"XDG_CACHE_HOME": str(tmp_path)})
    assert (workspace.bin / "pulumi").read_text() == "pulumi"
    assert (workspace.bin / "pulumi-language-python").exists()


def test_official_plugins_are_left_alone(workspace, airgap_is_poison, tmp_path):
    home = tmp_path / "home"
    official_plugins(home)
    parts.ensure_plugins(workspace, {"PULUMI_HOME": str(home)})
    assert not workspace.pulumi_home.exists()


@pytest.mark.parametrize("answer", ["refused", "silence"])
def test_stand_ins_take_over_when_plugins_cannot_be_had(workspace, monkeypatch, tmp_path, answer):
    def run(command, **_):
        if answer == "silence":
            raise subprocess.TimeoutExpired(command, 1)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(subprocess, "run", run)
    parts.ensure_plugins(workspace, {"PULUMI_HOME": str(tmp_path / "home")})
    installed = sorted(path.name for path in (workspace.pulumi_home / "plugins").iterdir())
    assert installed == ["resource-docker-v5.2.0", "resource-random-v4.21.4"]


class Image:
    def __init__(self, **labels):
        self.labels = labels


class Daemon:
    """Has some images, may pull others; notes what was pulled."""

    def __init__(self, present, registry=()):
        self.images = self
        self._present = present
        self._registry = registry
        self.pulled = []

    def get(self, reference):
        import docker.errors

        if reference not in self._present:
            raise docker.errors.ImageNotFound(reference)
        return self._present[reference]

    def pull(self, reference):
        import docker.errors

        if reference not in self._registry:
            raise docker.errors.APIError("unreachable", explanation="no such host")
        self.pulled.append(reference)


def test_present_official_images_need_nothing(airgap_is_poison):
    daemon = Daemon({"postgres:17.4": Image()})
    images.ensure(["postgres:17.4"], daemon, {})
    assert daemon.pulled == []


def test_a_missing_image_is_pulled(airgap_is_poison):
    daemon = Daemon({}, registry=["redis:7.2"])
    images.ensure(["redis:7.2"], daemon, {})
    assert daemon.pulled == ["redis:7.2"]


def test_stand_ins_are_built_for_what_cannot_be_pulled_and_renewed(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr("airgap.images.ensure", lambda wanted, *_: asked.extend(wanted))
    daemon = Daemon({"caddy:2": Image(**{"com.ledgerflow.image.origin": "stand-in: Debian"})})
    images.ensure(["caddy:2", "redis:7.2"], daemon, {"XDG_CACHE_HOME": str(tmp_path)})
    assert asked == ["caddy:2", "redis:7.2"]
