"""The check: every file of every backup, on whatever machine this is."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from backup.synced import apple, linux
from backup.synced.model import FileState, RealSystem, State, System
from infra.conventions import SYNCED_FOLDERS


def check(paths: Sequence[Path], system: System | None = None) -> list[FileState]:
    """Return the state of each of `paths`, in their order; what cannot be known is unknown."""
    world = system or RealSystem()
    absolute = [Path.cwd() / path for path in paths]
    if world.platform == "darwin":
        return apple.states(absolute, world)
    if world.platform.startswith("linux"):
        return linux.states(absolute, world)
    reason = f"no way to ask is known on {world.platform}"
    return [FileState(path, State.UNKNOWN, reason) for path in absolute]


def is_synced_folder(folder: Path) -> bool:
    """Tell by its name whether a sync program keeps this folder, or one above it."""
    return any(
        fnmatchcase(part.strip().casefold(), pattern)
        for part in folder.parts
        for pattern in SYNCED_FOLDERS
    )
