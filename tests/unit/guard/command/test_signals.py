"""Signals and terminals: the client gets each signal once, and its end is the guard's end."""

import os
import pty
import signal
import subprocess
import time

import pytest
from stage import LAUNCHER

pytestmark = pytest.mark.guard


@pytest.fixture(autouse=True)
def as_at_a_terminal():
    """Hand on signals as a shell at a terminal does; a run in the background ignores some."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class TestSignals:
    """The client gets each signal once, and its end is this process's end."""

    WAIT = "echo ready; i=0; while [ $i -lt 12 ]; do sleep 0.05; i=$((i+1)); done; exit 9"
    COUNT = "trap 'n=$((n+1)); echo {0}$n' {0}; " + WAIT

    @staticmethod
    def start(on, act: str, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [LAUNCHER, *words],
            cwd=on.folder / "project",
            env=on.environment(act),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "ready\n"
        return process

    @pytest.mark.parametrize("name", ["INT", "TERM", "HUP", "WINCH"])
    def test_a_signal_to_the_guard_reaches_the_client_once(self, on, name):
        process = self.start(on, self.COUNT.format(name), "rm", "mine")
        process.send_signal(getattr(signal, f"SIG{name}"))
        assert process.stdout.read() == f"{name}1\n"
        assert process.wait() == 9
        assert on.lines[-1]["exit_code"] == 9

    @pytest.mark.parametrize("name", ["TERM", "KILL"])
    def test_an_end_by_a_signal_is_128_and_its_number(self, on, name):
        number = getattr(signal, f"SIG{name}")
        result = on.run("rm", "mine", act=f"kill -{name} $$; sleep 5")
        assert result.returncode == 128 + number
        assert on.lines[-1]["exit_code"] == 128 + number

    def test_ignored_signals_of_python_are_not_passed_on(self, on):
        for words in (["ps"], ["rm", "mine"]):
            result = on.run(*words, act="yes | head -n 1 >/dev/null; kill -PIPE $$; sleep 5")
            assert result.returncode in (128 + signal.SIGPIPE, -signal.SIGPIPE)

    def test_a_terminal_reaches_the_client_and_its_signals_once(self, on):
        act = "[ -t 0 ] && [ -t 1 ] && echo tty; " + self.COUNT.format("INT")
        process, terminal = self.on_terminal(on, act, "rm", "mine")
        self.await_text(terminal, "ready")
        os.write(terminal, b"\x03")
        text = self.rest(terminal)
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9
        assert text.count("INT") == 1
        assert "INT1" in text

    @pytest.mark.parametrize("name", ["TSTP", "STOP"])
    def test_the_guard_stops_and_goes_on_with_the_client(self, on, name):
        """``STOP`` goes to the client alone, as from a debugger: the shell gets its prompt back."""
        act = f"[ {name} = STOP ] && kill -STOP $$; " + self.WAIT
        process = subprocess.Popen(
            [LAUNCHER, "rm", "mine"],
            cwd=on.folder / "project",
            env=on.environment(act),
            stdout=subprocess.PIPE,
            process_group=0,
        )
        if name == "TSTP":
            process.stdout.readline()
            process.send_signal(signal.SIGTSTP)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        os.killpg(process.pid, signal.SIGCONT)
        assert process.wait() == 9

    @staticmethod
    def on_terminal(on, act: str, *words: str) -> tuple[int, int]:
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(on.folder / "project")
            os.execve(LAUNCHER, [str(LAUNCHER), *words], on.environment(act))
        return process, terminal

    @staticmethod
    def await_text(terminal: int, text: str) -> None:
        seen = ""
        deadline = time.monotonic() + 60
        while text not in seen:
            assert time.monotonic() < deadline
            seen += os.read(terminal, 1000).decode()

    @staticmethod
    def rest(terminal: int) -> str:
        seen = b""
        while True:
            try:
                seen += os.read(terminal, 1000)
            except OSError:  # how Linux says that the other end is closed
                os.close(terminal)
                return seen.decode()
