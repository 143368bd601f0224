"""Client and server programs as children that never outlive their run.

Each is started by `setpriv`, which sets the signal that the kernel sends it when the run dies
(PR_SET_PDEATHSIG), and gives up root where the run has it.
"""

import os
import pwd
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import IO, Final, Self

from backup.errors import BackupError

_WORDS: Final = 500
"""Characters of a program's last words that an error quotes."""
_STOP_SECONDS: Final = 20
"""How long a program may take to end when told to, before it is killed."""
_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH")


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return `variables` and what a program needs of ours; libpq's own (`PG*`) stay out."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "LC_MESSAGES": "C", **variables}


class Child:
    """A running program whose error output is kept for its last words."""

    def __init__(
        self,
        command: Sequence[str],
        variables: Mapping[str, str],
        *,
        stdin: int | None = subprocess.DEVNULL,
        stdout: int | None = subprocess.DEVNULL,
        user: str | None = None,
        death: signal.Signals = signal.SIGKILL,
        error: type[BackupError],
    ) -> None:
        self.name = command[0]
        self._error = error
        self._death = death
        self._words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        try:
            self.process = subprocess.Popen(
                [*_guarded(death, user), *command],
                stdin=stdin,
                stdout=stdout,
                stderr=self._words,
                env=environment(variables),
                start_new_session=True,
            )
        except OSError as problem:
            self._words.close()
            raise error(
                f"{self.name} cannot be started: {problem.strerror}",
                "run the backup in its own image, which has the server's programs",
            ) from problem

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program and its children, if they still run, and let go of its output."""
        if self.process.poll() is None:
            self.signal(self._death)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.signal(signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was still held back for a program that is gone
                    continue
        self._words.close()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program's whole group."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return

    def finish(self, remedy: str) -> None:
        """Wait for the end; raise the error with the program's words unless it ended well."""
        code = self.process.wait()
        if code != 0:
            raise self.failure(remedy)

    def failure(self, remedy: str) -> BackupError:
        """Return an error that says how the program ended and what it said last."""
        code = self.process.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"failed ({code})"
        words = self.words()
        return self._error(f"{self.name} {how}{': ' if words else ''}{words}", remedy)

    def words(self) -> str:
        """Return the end of what the program wrote on its error output, as one line."""
        self._words.seek(0)
        text = self._words.read().decode(errors="replace")
        return " / ".join(line.strip() for line in text.splitlines() if line.strip())[-_WORDS:]


def _guarded(death: signal.Signals, user: str | None) -> list[str]:
    guarded = ["setpriv", "--pdeathsig", death.name.removeprefix("SIG")]
    if user is not None:
        guarded += ["--reuid", user, "--regid", _group(user), "--clear-groups"]
    return [*guarded, "--"]


def _group(user: str) -> str:
    return str(pwd.getpwnam(user).pw_gid)
