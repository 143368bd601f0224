"""``build`` with a Go of our own making: a script that writes another script."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from textwrap import dedent

import pytest

from airgap.toolchain import ToolchainError, build, compilation, pin

pytestmark = pytest.mark.unit

VERSION = pin.read().version


@pytest.fixture
def machine(tmp_path):
    """A machine whose path holds a ``go`` only when a test puts one there."""
    return Machine(tmp_path)


class Machine:
    def __init__(self, folder: Path):
        self.cache = folder / "cache"
        self.bin = folder / "bin"
        self.calls = folder / "calls"
        self.bin.mkdir()
        self.said: list[str] = []
        self.environ = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(folder)}

    def go(self, work: str, version: str = "go1.26.6") -> None:
        """A ``go`` that does `work` (shell, with $out) when asked to build."""
        script = self.bin / "go"
        script.write_text(
            f"#!/bin/sh\n"
            f'if [ "$1" = env ]; then echo {version}; exit; fi\n'
            f'echo "$@" >> {self.calls}\n'
            f"env >> {self.calls}.env\n"
            'while [ "$1" != -o ]; do shift; done; out=$2\n' + dedent(work)
        )
        script.chmod(0o755)

    def build(self) -> Path:
        return build(self.cache, self.said.append, environ=self.environ, go_places=())

    def builds(self) -> int:
        return len(self.calls.read_text().splitlines()) if self.calls.exists() else 0

    def left_behind(self) -> set[str]:
        files = (path for path in self.cache.rglob("*") if path.is_file())
        return {path.name for path in files} - {"pulumi-build.lock"}


def writes(version: str = VERSION) -> str:
    return f"printf '#!/bin/sh\\necho {version}\\n' > $out && chmod +x $out\n"


def test_builds_once_and_then_takes_it_from_the_cache(machine):
    machine.go(writes())

    first = machine.build()
    second = machine.build()

    assert first == second
    assert subprocess.check_output([first, "version"], text=True).strip() == VERSION
    assert machine.builds() == 1
    assert machine.left_behind() == {"pulumi"}
    assert len(machine.said) == 1
    assert VERSION in machine.said[0]


def test_build_is_the_same_whatever_the_environment_says(machine):
    machine.go(writes())
    machine.environ |= {"GOFLAGS": "-mod=mod", "GOOS": "plan9", "GOTOOLCHAIN": "auto"}

    machine.build()

    environment = Path(f"{machine.calls}.env").read_text().splitlines()
    assert "GOTOOLCHAIN=local" in environment
    assert "GOFLAGS=" in environment
    assert "CGO_ENABLED=0" in environment
    assert not [line for line in environment if line.startswith("GOOS=")]
    assert "-mod=readonly" in machine.calls.read_text()


def test_broken_executable_in_the_cache_is_replaced(machine):
    machine.go(writes())
    machine.build().write_text("#!/bin/sh\nexit 1\n")

    assert subprocess.check_output([machine.build()], text=True).strip() == VERSION
    assert machine.builds() == 2


def test_result_of_another_version_is_not_kept(machine):
    machine.go(writes("v0.0.1"))

    with pytest.raises(ToolchainError, match="does not answer as version"):
        machine.build()

    assert machine.left_behind() == set()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("go: x/y: dial tcp: lookup proxy.example: no such host", "cannot be downloaded"),
        ("go: x/y: reading https://proxy.example: 403 Forbidden", "cannot be downloaded"),
        ("write /cache/x: no space left on device", "The disk is full"),
        ("verifying x/y: checksum mismatch", "not the one that go.sum pins"),
        ("compile: signal: killed", "too little memory"),
        ("x.go:1:2: undefined: y", "failed with exit code 1: x.go:1:2: undefined: y"),
    ],
)
def test_failure_says_what_happened_and_what_to_do(machine, line, what):
    machine.go(f"echo 'some/package' >&2\necho '{line}' >&2\ntouch $out\nexit 1\n")

    with pytest.raises(ToolchainError, match=what) as caught:
        machine.build()

    assert caught.value.remedy
    assert "\n" not in caught.value.what
    assert machine.left_behind() == {"build.log"}


def test_failed_build_is_begun_again(machine):
    machine.go("exit 1\n")
    with pytest.raises(ToolchainError):
        machine.build()
    machine.go(writes())

    assert machine.build().is_file()


def test_long_build_says_how_far_it_is(machine, monkeypatch):
    monkeypatch.setattr(compilation, "PROGRESS_SECONDS", 0.05)
    machine.go(
        f"echo 'go: downloading a/b v1.0.0' >&2\necho a/b/c >&2\necho a/d >&2\nsleep 1\n{writes()}"
    )

    machine.build()

    assert "1 modules downloaded, 2 packages compiled" in machine.said[-1]


def test_of_two_builds_at_once_one_waits(machine):
    machine.go(f"sleep 0.5\n{writes()}")
    paths = []
    threads = [threading.Thread(target=lambda: paths.append(machine.build())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(paths)) == 1
    assert machine.builds() == 1
    assert "another build of Pulumi is running; waiting for it" in machine.said


def test_interrupt_ends_go_and_what_it_started(machine):
    """Ctrl-C reaches Python alone here; Go and its compilers must be ended by it."""
    started = machine.bin / "started"
    machine.go(
        f"touch $out\nsleep 600 &\necho $! > {started}.part\nmv {started}.part {started}\nwait\n"
    )
    program = (
        # a test run in the background hands its children a SIGINT that is ignored
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from pathlib import Path; from airgap.toolchain import build; "
        f"build(Path({str(machine.cache)!r}), print, environ={machine.environ!r}, go_places=())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not started.exists():
        assert process.poll() is None
        time.sleep(0.01)
    compiler = os.pidfd_open(int(started.read_text()))

    process.send_signal(signal.SIGINT)

    assert process.wait(60) != 0
    ended, _, _ = select.select([compiler], [], [], 60)
    os.close(compiler)
    assert ended
    assert machine.left_behind() == set()


def test_cache_that_cannot_be_made_is_named(machine):
    machine.cache.write_text("a file where a folder should be")

    with pytest.raises(ToolchainError, match="cannot be made"):
        machine.build()
