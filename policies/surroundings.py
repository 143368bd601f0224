"""The edges: what rules ask of the file system and of the archive of backups."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infra.synced_folders import SymlinkLoopError, synced_component
from policies.view import BackupAnswer, Surroundings

LOCK: Final = "images.lock.json"


def surroundings(
    repository: Path, *, environment: str | None = None, previewing: bool = True
) -> Surroundings:
    """Return what the rules may ask about on this machine."""
    return Surroundings(
        synced_component=synced,
        real_path=real_path,
        locked_images=locked_images(repository / LOCK),
        backup=lambda asked: backup(asked, repository),
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
        entries = json.loads(lock.read_bytes())
    except (OSError, ValueError):
        return frozenset()
    if not isinstance(entries, list):
        return frozenset()
    found = (entry.get("reference") for entry in entries if isinstance(entry, Mapping))
    return frozenset(reference for reference in found if isinstance(reference, str))


def backup(environment: str, repository: Path) -> BackupAnswer:
    """Ask the archive, which :mod:`backup.gate` reads without a container or a database."""
    # imported when it is asked: most previews ask for no backup, and it reads settings
    from infra.backup_gate import backup_status  # noqa: PLC0415

    status = backup_status(environment, repository)
    return BackupAnswer(status.verified, "" if status.verified else status.reason)
