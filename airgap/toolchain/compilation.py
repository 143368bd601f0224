"""One run of ``go build``: with progress, interruptible, and with errors that say what to do."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from airgap.toolchain.errors import ToolchainError

PROGRESS_SECONDS = 10.0
"""How often a running build says how far it is."""

_GRACE_SECONDS = 5.0

_NO_NETWORK = (
    r"dial tcp|no such host|i/o timeout|connection refused|connection reset|TLS handshake"
    r"|proxyconnect|x509:|50\d |40[37] |network is unreachable|module lookup disabled"
)
_KNOWN_FAILURES = (
    (
        "no space left on device",
        "The disk is full",
        "Free about 4 GB on the disks of the cache, of Go's own cache and of the temporary folder.",
    ),
    (
        "checksum mismatch|SECURITY ERROR",
        "A Go module is not the one that go.sum pins",
        "Do not use the result: check which Go proxy this machine is given.",
    ),
    (
        _NO_NETWORK,
        "A Go module cannot be downloaded",
        "See that Go reaches a module proxy (go env GOPROXY), and run this again.",
    ),
    (
        "cannot allocate memory|signal: killed",
        "The machine has too little memory to build Pulumi",
        "About 2 GB must be free; close other programs and run this again.",
    ),
)


class _Progress:
    """Keeps the lines of ``go build -v`` and counts what they tell."""

    def __init__(self) -> None:
        self._begin = time.monotonic()
        self.lines: list[str] = []
        self.downloaded = 0
        self.compiled = 0

    def follow(self, lines: IO[str]) -> None:
        """Read to the end of `lines`."""
        for line in lines:
            self.lines.append(line)
            if line.startswith("go: downloading "):
                self.downloaded += 1
            elif re.fullmatch(r"[\w./~-]+\n", line):
                self.compiled += 1

    def __str__(self) -> str:
        seconds = time.monotonic() - self._begin
        return (
            f"{self.downloaded} modules downloaded, {self.compiled} packages compiled,"
            f" {seconds:.0f} s"
        )


def run(
    command: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    say: Callable[[str], None],
) -> None:
    """Run a ``go build -v`` in `folder`; the whole output of one that fails goes to `log`.

    An exception in this thread, an interrupt among them, ends Go and all it has started.

    Raises:
        ToolchainError: the build failed.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    progress = _Progress()
    try:
        _follow(process, progress, say)
    finally:
        _end(process)
    if process.returncode != 0:
        raise _failure("".join(progress.lines), process.returncode, log)


def _follow(
    process: subprocess.Popen[str], progress: _Progress, say: Callable[[str], None]
) -> None:
    reader = threading.Thread(target=progress.follow, args=(process.stderr,), daemon=True)
    reader.start()
    while True:
        try:
            process.wait(PROGRESS_SECONDS)
            break
        except subprocess.TimeoutExpired:
            say(str(progress))
    reader.join()


def _end(process: subprocess.Popen[str]) -> None:
    """End the process group, compilers included; does nothing once they have ended."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)


def _failure(output: str, code: int, log: Path) -> ToolchainError:
    with suppress(OSError):  # the disk may be full
        log.write_text(output)
    for pattern, what, remedy in _KNOWN_FAILURES:
        match = re.search(f"^.*(?:{pattern}).*$", output, re.MULTILINE)
        if match is not None:
            return ToolchainError(f"{what}: {match.group(0).strip()}", remedy)
    last = (output.strip().splitlines() or ["no output"])[-1]
    return ToolchainError(
        f"Building Pulumi failed with exit code {code}: {last}", f"The whole output is in {log}."
    )
