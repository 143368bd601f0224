"""A stack's state as the file backend keeps it: read, and never guessed at when it is damaged.

Format: ``stacks/<project>/<stack>.json`` holds ``{"checkpoint": {"latest": {…}}}`` (seen with
Pulumi 3.257.0). Beside it the backend keeps the file as it was before (``.json.bak``), and in
``history/<project>/<stack>/`` a copy after every finished update.
"""

import json
from pathlib import Path
from typing import Any

from cli.errors import UserError


class DamagedError(ValueError):
    """The file is not the state of a stack; the message says why, in a few words."""


def read(path: Path) -> dict[str, Any]:
    """Return the latest deployment of a checkpoint file; raise DamagedError when it has none."""
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        raise DamagedError("it is not text") from None
    if not text.strip():
        raise DamagedError("it is empty")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise DamagedError(f"it is cut off or overwritten at line {error.lineno}") from None
    checkpoint = document.get("checkpoint") if isinstance(document, dict) else None
    if not isinstance(checkpoint, dict):
        raise DamagedError("it holds no checkpoint")
    latest: dict[str, Any] = checkpoint.get("latest") or {}
    return latest


def copies(path: Path) -> list[Path]:
    """Return the readable copies that the backend keeps of a checkpoint, the newest first."""
    stack, project = path.stem, path.parent
    history = project.parent.parent / "history" / project.name / stack
    found = [path.with_name(f"{path.name}.bak"), *history.glob("*.checkpoint.json")]
    return sorted(
        (copy for copy in found if copy.is_file() and _readable(copy)),
        key=lambda copy: copy.stat().st_mtime_ns,
        reverse=True,
    )


def damaged(path: Path, error: DamagedError) -> UserError:
    """Return what to tell a person: what is damaged, and which copy to put in its place."""
    kept = copies(path)
    put_back = f"cp {kept[0]} {path}" if kept else f"put a copy of {path.name} in its place"
    return UserError(
        f"the state of {path.stem} is damaged: {path}: {error}; containers and data are untouched",
        f"{put_back}, then run the same command again",
    )


def _readable(path: Path) -> bool:
    try:
        read(path)
    except DamagedError:
        return False
    return True
