"""Children end with their call, with their host, and with everything they started."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from airgap.language_host.calls import end_with_call, output_of
from airgap.language_host.processes import Processes
from airgap.language_host.tether import tethered

pytestmark = pytest.mark.unit

PATIENCE_SECONDS = 60
STUBBORN = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
READY_THEN_SLEEP = "print('ready', flush=True); import time; time.sleep(600)"


@pytest.fixture
def processes():
    made = Processes()
    yield made
    made.close()


@pytest.fixture
def start(processes, tmp_path):
    def start(program):
        return processes.start(
            [sys.executable, "-c", program],
            directory=tmp_path,
            environment=os.environ,
            output=subprocess.PIPE,
        )

    return start


class Call:
    """A call of the engine: it is over, or goes on until `finish`."""

    def __init__(self, *, over=False):
        self.over = over
        self.callbacks = []

    def add_callback(self, callback):
        self.callbacks.append(callback)
        return not self.over

    def finish(self):
        for callback in self.callbacks:
            callback()


def ended(descriptor):
    readable, _, _ = select.select([descriptor], [], [], PATIENCE_SECONDS)
    os.close(descriptor)
    return bool(readable)


def test_exit_codes_are_those_of_subprocess(start):
    assert start("raise SystemExit(5)").wait() == 5
    assert start("import os; os.kill(os.getpid(), 9)").wait() == -signal.SIGKILL


def test_both_outputs_arrive(start):
    child = start("import sys; print('out'); print('err', file=sys.stderr)")

    received = {"stdout": b"", "stderr": b""}
    for stream, piece in output_of(child):
        received[stream] += piece

    assert received == {"stdout": b"out\n", "stderr": b"err\n"}
    assert child.wait() == 0


@pytest.mark.parametrize(
    ("program", "code"),
    [(READY_THEN_SLEEP, -signal.SIGTERM), (STUBBORN + READY_THEN_SLEEP, -signal.SIGKILL)],
    ids=["obedient", "stubborn"],
)
def test_child_ends_with_its_call(start, processes, program, code):
    child = start(program)
    call = Call()
    end_with_call(child, processes, call)
    assert child.stdout.readline() == b"ready\n"

    call.finish()

    assert child.wait() == code


def test_child_of_a_call_that_is_over_ends(start, processes):
    child = start(READY_THEN_SLEEP)

    end_with_call(child, processes, Call(over=True))

    assert child.wait() == -signal.SIGTERM


def test_what_a_child_leaves_behind_ends_with_it(start):
    child = start(
        "import subprocess;"
        "print(subprocess.Popen(['sleep', '600'], stdout=subprocess.DEVNULL).pid, flush=True);"
        "input()"
    )
    grandchild = os.pidfd_open(int(child.stdout.readline()))

    assert child.wait() == 1, "its standard input is empty"
    assert ended(grandchild)


def test_nothing_starts_after_the_end(processes, start):
    child = start(READY_THEN_SLEEP)

    processes.close()

    assert child.wait() == -signal.SIGTERM
    with pytest.raises(InterruptedError):
        start("")


def test_ending_twice_signals_nobody(start, processes, monkeypatch):
    child = start("")
    child.wait()
    monkeypatch.setattr("os.killpg", lambda *_: pytest.fail("a group that is not ours any more"))

    processes.end(child)


def test_tethered_child_ends_when_its_parent_is_killed(tmp_path):
    target = tmp_path / "target.py"
    target.write_text("import os, time; print(os.getpid(), flush=True); time.sleep(600)")
    parent = (
        "import subprocess, sys; from pathlib import Path;"
        "from airgap.language_host.tether import tethered;"
        f"subprocess.run(tethered(Path(sys.executable), {str(target)!r}))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", parent], cwd=Path(__file__).parents[3], stdout=subprocess.PIPE
    )
    child = os.pidfd_open(int(process.stdout.readline()))

    process.kill()
    process.wait()
    process.stdout.close()

    assert ended(child)


def test_tethered_child_without_its_parent_does_not_start():
    command = [str(part) for part in tethered(Path(sys.executable), "-m", "this")]
    stranger = [part.replace(str(os.getpid()), "1") for part in command]

    answer = subprocess.run(stranger, capture_output=True, text=True, check=False)

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "ended before its child" in answer.stderr


@pytest.mark.parametrize("kind", ["file", "folder", "module"])
def test_tethered_program_looks_as_if_python_had_started_it(tmp_path, kind):
    program = "import sys, neighbour; print(__name__, sys.argv[1:], sys.path[0])"
    (tmp_path / "neighbour.py").touch()
    (tmp_path / "__main__.py").write_text(program)
    (tmp_path / "program.py").write_text(program)
    target = {
        "file": [str(tmp_path / "program.py")],
        "folder": [str(tmp_path)],
        "module": ["-m", "program"],
    }[kind]

    shown = subprocess.check_output(
        tethered(Path(sys.executable), *target, "one", "two"), cwd=tmp_path, text=True
    )

    assert shown.strip() == f"__main__ ['one', 'two'] {tmp_path}"
