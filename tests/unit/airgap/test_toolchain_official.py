"""The ordinary ways to have Pulumi, with fake executables and a fake download site."""

import hashlib
import io
import subprocess
import sys
import tarfile
import urllib.error

import pytest

from cli import pulumi_official
from cli.pulumi_official import DownloadError, find, install_official, look

pytestmark = pytest.mark.unit


def script(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{content}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def environ(tmp_path):
    return {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}


def test_installed_pulumi_with_its_host_is_used(tmp_path, environ):
    pulumi = script(tmp_path / "bin" / "pulumi", "echo v3.260.1")
    script(tmp_path / "bin" / "pulumi-language-python", "echo 40001; sleep 600")

    assert find(environ) == pulumi


def test_host_beside_a_linked_pulumi_is_found(tmp_path, environ):
    pulumi = script(tmp_path / "opt" / "pulumi", "echo v3.257.0")
    script(tmp_path / "opt" / "pulumi-language-python", "echo 40001; sleep 600")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pulumi").symlink_to(pulumi)

    assert find(environ) == tmp_path / "bin" / "pulumi"


@pytest.mark.parametrize(
    ("pulumi", "host", "reason"),
    [
        (None, None, "no pulumi is on the PATH"),
        ("echo v3.256.0", "echo 40001", "is version 3.256.0, and 3.257.0 is needed"),
        ("exit 3", "echo 40001", "does not answer `pulumi version`"),
        ("echo hello", "echo 40001", "does not answer `pulumi version`"),
        ("echo v3.257.0", None, "neither beside"),
        ("echo v3.257.0", "exit 1", "pulumi-language-python does not start"),
        ("echo v3.257.0", "echo no port", "pulumi-language-python does not start"),
    ],
)
def test_unusable_pulumi_is_passed_over_with_a_reason(tmp_path, environ, pulumi, host, reason):
    environ["PATH"] = str(tmp_path / "bin")
    if pulumi is not None:
        script(tmp_path / "bin" / "pulumi", pulumi)
    if host is not None:
        script(tmp_path / "bin" / "pulumi-language-python", host)

    finding = look(environ)

    assert finding.path is None
    assert reason in finding.reason


def test_host_that_hangs_is_given_up(tmp_path, environ, monkeypatch):
    monkeypatch.setattr(pulumi_official, "_ANSWER_SECONDS", 0.5)
    script(tmp_path / "bin" / "pulumi", "echo v3.257.0")
    script(tmp_path / "bin" / "pulumi-language-python", "sleep 600")

    assert "does not start" in look(environ).reason


def archive(members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as content:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            content.addfile(info, io.BytesIO(text.encode()))
    return packed.getvalue()


@pytest.fixture
def site(monkeypatch):
    """What the download site serves, by the end of the address; it refuses everything else."""
    served = {}

    def urlopen(url, timeout):
        for ending, content in served.items():
            if url.endswith(ending):
                return io.BytesIO(content)
        raise urllib.error.URLError("connection refused")

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    return served


@pytest.fixture
def release(site):
    content = archive({"pulumi/pulumi": "cli", "pulumi/pulumi-language-python": "host"})
    site[".tar.gz"] = content
    digest = hashlib.sha256(content).hexdigest()
    site["checksums.txt"] = f"{digest}  {pulumi_official._archive_name()}\n".encode()
    return site


def left_in(cache):
    return sorted(path.name for path in cache.iterdir()) if cache.exists() else []


def test_official_download_is_unpacked_once(tmp_path, release):
    said = []

    pulumi = install_official(tmp_path, said.append)
    release.clear()
    again = install_official(tmp_path, said.append)

    assert pulumi == again
    assert pulumi.read_text() == "cli"
    assert (pulumi.parent / "pulumi-language-python").stat().st_mode & 0o111
    assert left_in(tmp_path) == [pulumi.parent.name]
    assert len(said) == 1


def test_wrong_checksum_is_refused(tmp_path, release):
    release[".tar.gz"] += b"more"

    with pytest.raises(DownloadError, match="does not have its published checksum"):
        install_official(tmp_path, print)

    assert left_in(tmp_path) == []


def test_missing_checksums_are_said(tmp_path, release):
    del release["checksums.txt"]
    said = []

    assert install_official(tmp_path, said.append).is_file()
    assert "checksums cannot be had" in said[-1]


def test_unreachable_site_is_a_short_error(tmp_path, site):
    with pytest.raises(DownloadError, match="^connection refused$"):
        install_official(tmp_path, print)

    assert left_in(tmp_path) == []


@pytest.mark.parametrize("content", [b"<html>log in first</html>", archive({"other/file": "x"})])
def test_something_else_than_the_archive_is_refused(tmp_path, site, content):
    site[".tar.gz"] = content

    with pytest.raises(DownloadError):
        install_official(tmp_path, print)

    assert left_in(tmp_path) == []


def test_archive_cannot_write_outside_its_folder(tmp_path, site):
    site[".tar.gz"] = archive({"pulumi/pulumi": "cli", "pulumi/../../evil": "x", "/evil": "x"})

    folder = install_official(tmp_path / "cache", print).parent

    assert [path.name for path in folder.iterdir()] == ["pulumi"]
    assert not (tmp_path / "evil").exists()


def test_machine_without_a_release_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    with pytest.raises(DownloadError, match="riscv64"):
        install_official(tmp_path, print)


def test_needs_nothing_of_airgap():
    program = "import sys, cli.pulumi_official; print([m for m in sys.modules if 'airgap' in m])"
    root = pulumi_official.__file__.rsplit("/cli/", 1)[0]

    shown = subprocess.check_output([sys.executable, "-S", "-c", program], cwd=root, text=True)

    assert shown.strip() == "[]"
