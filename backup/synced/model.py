"""The states of a file in a synced folder, and the world they are read from."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

_ANSWER_SECONDS = 20.0


class State(StrEnum):
    """How far a file is."""

    UPLOADED = "uploaded"
    PENDING = "pending"
    """It is written here, and not, or not known to be wholly, in the cloud."""
    EVICTED = "evicted"
    """It is in the cloud, and here is only a placeholder that cannot be read offline."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class FileState:
    """One file's state, and why it is thought to be so."""

    path: Path
    state: State
    reason: str


class System(Protocol):
    """What is asked of the machine; tests pass their own."""

    platform: str

    def run(self, command: Sequence[str]) -> str | None:
        """Return what a program prints, None when it is not there, fails or takes too long."""
        ...

    def ask(self, address: Path, request: str) -> str | None:
        """Return the first lines that a local socket answers, None when nobody does."""
        ...

    def stat(self, path: Path) -> os.stat_result | None:
        """Return the file's status without following links, None when it is not there."""
        ...

    def read(self, path: Path) -> str:
        """Return a small text, empty when it cannot be read."""
        ...

    def variable(self, name: str) -> str | None:
        """Return an environment variable."""
        ...


class RealSystem:
    """This machine."""

    platform = sys.platform

    def run(self, command: Sequence[str]) -> str | None:
        """Run a program."""
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
            return None
        return done.stdout

    def ask(self, address: Path, request: str) -> str | None:
        """Ask a Unix socket; read until it is quiet or a status line has come."""
        answer = b""
        try:
            with socket.socket(socket.AF_UNIX) as asking:
                asking.settimeout(2)
                asking.connect(str(address))
                asking.sendall(request.encode())
                while b"STATUS:" not in answer or not answer.endswith(b"\n"):
                    received = asking.recv(4096)
                    if not received:
                        break
                    answer += received
        except OSError:
            pass
        return answer.decode(errors="replace") or None

    def stat(self, path: Path) -> os.stat_result | None:
        """Look at a file."""
        try:
            return path.lstat()
        except OSError:
            return None

    def read(self, path: Path) -> str:
        """Read a text."""
        try:
            return path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def variable(self, name: str) -> str | None:
        """Look a variable up."""
        return os.environ.get(name)
