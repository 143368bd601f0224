"""The launcher beside the Pulumi executable, and how the host starts."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from airgap.language_host import install

pytestmark = pytest.mark.unit


def test_installing_again_changes_nothing(tmp_path):
    launcher = install(tmp_path / "bin", Path(sys.executable))
    before = launcher.stat()

    assert install(tmp_path / "bin", Path(sys.executable)) == launcher
    assert launcher.stat().st_mtime_ns == before.st_mtime_ns
    assert [path.name for path in launcher.parent.iterdir()] == ["pulumi-language-python"]


def test_installing_repairs_a_broken_launcher(tmp_path):
    launcher = install(tmp_path, Path(sys.executable))
    content = launcher.read_text()
    launcher.write_text("half")
    launcher.chmod(0o644)

    install(tmp_path, Path(sys.executable))

    assert launcher.read_text() == content
    assert os.access(launcher, os.X_OK)


def test_folder_with_blanks_works(tmp_path):
    link = tmp_path / "a python"
    link.symlink_to(sys.executable)

    assert "'" in install(tmp_path, link).read_text()


def test_host_without_an_engine_says_who_starts_it(tmp_path):
    launcher = install(tmp_path, Path(sys.executable))

    answer = subprocess.run([launcher], capture_output=True, text=True, check=False)

    assert answer.returncode == 2
    assert "started by pulumi" in answer.stderr


@pytest.fixture
def host(tmp_path):
    """A stub of a running host, and its process."""
    launcher = install(tmp_path, Path(sys.executable))
    process = subprocess.Popen(
        [launcher, "--logtostderr", "-v=9", "127.0.0.1:1"], stdout=subprocess.PIPE, cwd="/"
    )
    port = int(process.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield language_pb2_grpc.LanguageRuntimeStub(channel), process
    process.kill()
    process.wait()
    process.stdout.close()


def test_host_reports_the_version_of_the_sdk(host):
    stub, _ = host

    version = stub.GetPluginInfo(empty_pb2.Empty()).version

    assert re.fullmatch(r"3\.\d+\.\d+", version)


def test_what_is_not_served_says_so(host):
    stub, _ = host

    for call, request in (
        (stub.GeneratePackage, language_pb2.GeneratePackageRequest()),
        (stub.GenerateProgram, language_pb2.GenerateProgramRequest()),
        (stub.GenerateProject, language_pb2.GenerateProjectRequest()),
        (stub.RuntimeOptionsPrompts, language_pb2.RuntimeOptionsRequest()),
        (stub.Template, language_pb2.TemplateRequest()),
        (stub.Pack, language_pb2.PackRequest()),
        (stub.Link, language_pb2.LinkRequest()),
    ):
        with pytest.raises(grpc.RpcError) as caught:
            call(request)
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
        assert "LedgerFlow's Python language host" in caught.value.details()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_the_host(host, number):
    _, process = host

    process.send_signal(number)

    assert process.wait(60) == 0


def test_host_imports_no_more_of_the_sdk_than_the_protocol():
    """The SDK as a whole takes longer to import than the host takes to start."""
    program = (
        "import runpy, sys; sys.argv = ['launch.py'];"
        "names = runpy.run_path(sys.orig_argv[-1]);"
        "names['_declare_bare'](names['_BARE_PACKAGES']);"
        "import airgap.language_host.server;"
        "print([m for m in sys.modules if m.startswith('pulumi') and 'proto' not in m])"
    )
    root = Path(__file__).parents[3]
    launch = root / "airgap" / "language_host" / "launch.py"

    shown = subprocess.check_output(
        [sys.executable, "-c", program, launch], cwd=root, text=True
    ).strip()

    assert shown == "['pulumi', 'pulumi.runtime']"
