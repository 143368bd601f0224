"""Running a program that must end: without a terminal to ask at, and for a limited time."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def bounded(
    command: Sequence[str], *, seconds: float, folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a program and return what it printed.

    When the time is up, or the caller is interrupted, it ends with everything that it started:
    a child that is left over would hold the pipes open, and the wait would last as long as it.
    Raises subprocess.TimeoutExpired and OSError.
    """
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)
