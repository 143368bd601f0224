"""How the plugin's processes are called."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Serving:
    """What the plugin's processes need to know of the machine."""

    socket: Path
    """Where the daemon finds the plugin: ``<name>.sock`` in its folder of plugins."""
    docker: str
    """The daemon's own address, ``unix://…``."""
    repository: Path
    """The checkout that the plugin runs from, whose archive of backups counts."""
    audit: Path
    pid_file: Path


def command(serving: Serving, part: Literal["serve", "worker", "wait"]) -> list[str]:
    """Return the command line of one process; it is run in the repository."""
    return [
        sys.executable, "-m", "guard.authz", part,
        "--socket", str(serving.socket),
        "--docker", serving.docker,
        "--repository", str(serving.repository),
        "--audit", str(serving.audit),
        "--pid-file", str(serving.pid_file),
    ]  # fmt: skip
