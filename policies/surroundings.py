"""The edges: what rules ask of the file system and of the backup catalogue."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from typing import Final

from infra.synced_folders import SymlinkLoopError, synced_component
from policies.view import BackupAnswer, Surroundings

LOCK: Final = "images.lock.json"
BACKUP_COMMAND: Final = "ledgerflow-backup"
BACKUP_SECONDS: Final = 30
"""How long the backup catalogue may take to answer."""


def surroundings(
    repository: Path, *, environment: str | None = None, previewing: bool = True
) -> Surroundings:
    """Return what the rules may ask about on this machine."""
    return Surroundings(
        synced_component=synced,
        real_path=real_path,
        locked_images=locked_images(repository / LOCK),
        backup=backup,
        environment=environment,
        previewing=previewing,
    )


def synced(path: str) -> str | None:
    """Return the synced component of a path; a loop of symlinks counts as one."""
    try:
        return synced_component(Path(path))
    except SymlinkLoopError:
        return path


def real_path(path: str) -> str:
    """Return the path with its symlinks resolved, as far as it can be."""
    try:
        return str(Path(path).expanduser().resolve())
    except (RuntimeError, OSError):
        return path


def locked_images(lock: Path) -> frozenset[str]:
    """Return the references in the lock file; none when there is no usable file."""
    try:
        entries = json.loads(lock.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    if not isinstance(entries, list):
        return frozenset()
    found = (entry.get("reference") for entry in entries if isinstance(entry, Mapping))
    return frozenset(reference for reference in found if isinstance(reference, str))


def backup(environment: str) -> BackupAnswer:
    """Ask the backup catalogue: exit code 0 means a fresh and proven backup.

    What the command prints is not repeated: rules never show what they did not make themselves.
    """
    command = which(BACKUP_COMMAND) or which(BACKUP_COMMAND, path=str(Path(sys.executable).parent))
    if command is None:
        return BackupAnswer(None, f"there is no {BACKUP_COMMAND} that could be asked")
    arguments = [command, "status", "--require-fresh", "--environment", environment]
    try:
        code = subprocess.run(
            arguments, stdin=subprocess.DEVNULL, capture_output=True, timeout=BACKUP_SECONDS
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return BackupAnswer(False, f"{BACKUP_COMMAND} did not answer")
    if code == 0:
        return BackupAnswer(True, "")
    return BackupAnswer(False, f"there is no fresh, proven backup ({BACKUP_COMMAND} status says)")
