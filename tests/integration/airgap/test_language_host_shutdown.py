"""Nothing outlives a command: not after an interrupt, and not after the engine was killed.

Every process of a test inherits a variable with the test's own mark, by which it is found again.
"""

import os
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

MARK = "LFTEST_MARK"
LONG_SECONDS = 60.0
"""An upper bound that only a failure reaches."""

PROGRAM = """
    import pathlib, subprocess, time
    child = subprocess.Popen(["sleep", "600"])
    pathlib.Path("started").write_text(str(child.pid))
    time.sleep(600)
"""
STUBBORN = """
    import signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
"""


def _marked(mark):
    """Process ids whose environment holds `mark`; those that have ended do not count."""
    wanted = f"{MARK}={mark}".encode()
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                found.add(int(process.name))
        except OSError:
            continue
    return found


def _until(condition):
    deadline = time.monotonic() + LONG_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def running(project):
    """A function that starts ``pulumi up`` and returns it once the program runs."""
    project.environment[MARK] = project.name
    started = []

    def start(program):
        project.program(program)
        process = subprocess.Popen(
            ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview"],
            cwd=project.folder,
            env=project.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        started.append(process)
        _until((project.folder / "started").exists)
        return process

    yield start
    for pid in _marked(project.name):
        os.kill(pid, signal.SIGKILL)
    for process in started:
        process.wait()


def _seconds_until_all_ended(mark):
    """How long it takes for the processes with `mark` to end."""
    begin = time.monotonic()
    for pid in _marked(mark):
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            ended, _, _ = select.select([descriptor], [], [], LONG_SECONDS)
            assert ended, f"process {pid} is still there"
        finally:
            os.close(descriptor)
    assert not _marked(mark)
    return time.monotonic() - begin


@pytest.mark.parametrize("program", [PROGRAM, STUBBORN + PROGRAM], ids=["plain", "stubborn"])
def test_interrupt_ends_everything(project, running, program):
    pulumi = running(program)
    assert len(_marked(project.name)) >= 4, "engine, host, program and its child"

    pulumi.send_signal(signal.SIGINT)

    assert pulumi.wait(LONG_SECONDS) != 0
    assert _seconds_until_all_ended(project.name) < 4.0


@pytest.mark.parametrize("program", [PROGRAM, STUBBORN + PROGRAM], ids=["plain", "stubborn"])
def test_killed_engine_leaves_no_process(project, running, program):
    pulumi = running(program)

    pulumi.kill()

    assert pulumi.wait(LONG_SECONDS) == -signal.SIGKILL
    assert _seconds_until_all_ended(project.name) < 4.0


def test_killed_host_takes_the_program_with_it(project, running):
    running(PROGRAM)
    (host,) = (
        pid
        for pid in _marked(project.name)
        if b"launch.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    (program,) = (
        pid
        for pid in _marked(project.name)
        if b"run_program.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    descriptor = os.pidfd_open(program)

    os.kill(host, signal.SIGKILL)

    ended, _, _ = select.select([descriptor], [], [], LONG_SECONDS)
    os.close(descriptor)
    assert ended


def test_host_does_not_delay_the_end_of_a_command(project):
    """A host that ignored the engine's interrupt would add five seconds."""
    project.program("")
    begin = time.monotonic()

    assert project.pulumi("preview").returncode == 0

    assert time.monotonic() - begin < 5.0
