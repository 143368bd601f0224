"""Starts the child, waits no longer than it may take, and names how it ended."""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import IO, Final

from documents.extraction.request import Answer, Limits, Request

logger = logging.getLogger(__name__)
APPLICATION: Final = Path(__file__).resolve().parents[2]
_MOST_STDERR: Final = 2000


def run(request: Request) -> Answer:
    """Return what the child answers, or an answer with the code of how it failed.

    Never raises for what a file does. The child and whatever it started are gone afterwards.
    """
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "documents.extraction"],
            cwd=APPLICATION,
            env=_environment(request.folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        try:
            code, output = _wait(child, request)
        finally:
            _end(child)
        answer = _understood(code, child.returncode, output)
        if answer.error:
            errors.seek(0)
            words = errors.read(_MOST_STDERR).decode(errors="replace").strip()
            logger.info("%s of a %s: %s %s", request.task, request.kind, answer.error, words)
        return answer


def _environment(folder: str) -> dict[str, str]:
    """Return the child's variables: none of LedgerFlow's, which hold secrets.

    Temporary files go where made files go: /tmp is memory, and small.
    """
    place = {"TMPDIR": folder} if folder else {}
    kept = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent", **place}


def _wait(child: "subprocess.Popen[bytes]", request: Request) -> tuple[str, bytes]:
    """Send the request and collect the answer; return a code when it takes or says too much."""
    assert child.stdin is not None  # noqa: S101
    assert child.stdout is not None  # noqa: S101
    try:
        with child.stdin as pipe:
            pipe.write(json.dumps(request.as_json()).encode())
    except BrokenPipeError:
        return "crashed", b""
    deadline = time.monotonic() + request.limits.wall
    code, output = _collect(child.stdout, deadline, _most_output(request.limits))
    if code:
        return code, b""
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return "time_limit", b""
    return "", output


def _collect(pipe: IO[bytes], deadline: float, most: int) -> tuple[str, bytes]:
    parts = bytearray()
    with DefaultSelector() as selector:
        selector.register(pipe, EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                break
            chunk = os.read(pipe.fileno(), 64 * 1024)
            if not chunk:
                return "", bytes(parts)
            parts += chunk
            if len(parts) > most:
                return "output_limit", b""
    return "time_limit", b""


def _most_output(limits: Limits) -> int:
    """Return how long the JSON of the longest text may be: a character takes 12 bytes at most."""
    return limits.text * 12 + 1024**2


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Kill the child's whole session: also programs that it started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        logger.debug("child %d is gone already", child.pid)
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


_SIGNALS: Final = {
    -signal.SIGXCPU: "cpu_limit",
    -signal.SIGXFSZ: "output_limit",
    -signal.SIGKILL: "memory_limit",  # by the kernel: what is killed here has a code already
}


def _understood(code: str, status: int, output: bytes) -> Answer:
    if code or status != 0:
        return Answer(error=code or _SIGNALS.get(status, "crashed"))
    try:
        return Answer.from_json(json.loads(output))
    except (ValueError, TypeError, KeyError):
        return Answer(error="crashed")
