"""Linux: what Dropbox, Nextcloud (and ownCloud) and mounts of rclone can be asked.

Sources: `dropbox filestatus` of Dropbox's command-line program; the socket that Nextcloud's
desktop client opens for file managers (`RETRIEVE_FILE_STATUS`); `rclone rc vfs/stats`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from backup.synced.model import FileState, State, System

_CLIENTS = ("Nextcloud", "ownCloud")


def states(paths: Sequence[Path], system: System) -> list[FileState]:
    """Return the state of each file: of the first program that knows it."""
    return [_state(path, system) for path in paths]


def _state(path: Path, system: System) -> FileState:
    if system.stat(path) is None:
        return FileState(path, State.UNKNOWN, "there is no such file")
    for ask in _PROGRAMS:
        found = ask(path, system)
        if found is not None:
            return FileState(path, *found)
    return FileState(path, State.UNKNOWN, "no sync program that can be asked knows this file")


_Answer = tuple[State, str]


def _rclone(path: Path, system: System) -> _Answer | None:
    """A mount uploads behind one's back; it tells about its queue when started with `--rc`."""
    if not _is_rclone_mount(path, system):
        return None
    try:
        cache = json.loads(system.run(["rclone", "rc", "vfs/stats"]) or "")["diskCache"]
        waiting = int(cache["uploadsQueued"]) + int(cache["uploadsInProgress"])
        failed = int(cache.get("erroredFiles", 0))
    except (ValueError, KeyError, TypeError):
        return State.UNKNOWN, "rclone does not tell; mount with --rc and --vfs-cache-mode writes"
    if waiting or failed:
        return State.PENDING, f"rclone has {waiting} files to upload, {failed} failed"
    return State.UPLOADED, "rclone has nothing left to upload"


def _is_rclone_mount(path: Path, system: System) -> bool:
    """Tell whether the file system that holds `path` is one of rclone's."""
    best, kind = Path("/"), ""
    for line in system.read(Path("/proc/self/mounts")).splitlines():
        fields = line.split()
        if len(fields) > 2:
            point = Path(fields[1].replace("\\040", " "))
            if path.is_relative_to(point) and len(point.parts) >= len(best.parts):
                best, kind = point, fields[2]
    return kind == "fuse.rclone"


def _dropbox(path: Path, system: System) -> _Answer | None:
    answer = system.run(["dropbox", "filestatus", str(path)])
    if answer is None or ": " not in answer:
        return None
    word = answer.strip().rsplit(": ", 1)[1]
    known: dict[str, _Answer | None] = {
        "up to date": (State.UPLOADED, "Dropbox says it is up to date"),
        "syncing": (State.PENDING, "Dropbox is syncing it"),
        "unsyncable": (State.PENDING, "Dropbox cannot sync it"),
        "unwatched": None,
    }
    return known.get(word, (State.UNKNOWN, f"Dropbox says {word!r}"))


def _nextcloud(path: Path, system: System) -> _Answer | None:
    folder = system.variable("XDG_RUNTIME_DIR")
    for client in _CLIENTS if folder else ():
        address = Path(str(folder)) / client / "socket"
        answer = system.ask(address, f"RETRIEVE_FILE_STATUS:{path}\n")
        found = _nextcloud_word(answer or "", path, client)
        if found is not None:
            return found
    return None


def _nextcloud_word(answer: str, path: Path, client: str) -> _Answer | None:
    for line in answer.splitlines():
        head, _, rest = line.partition(":")
        word, _, named = rest.partition(":")
        if head != "STATUS" or named != str(path):
            continue
        if word.startswith("OK"):
            return State.UPLOADED, f"{client} says it is synced"
        if word.startswith(("SYNC", "NEW")):
            return State.PENDING, f"{client} is syncing it"
        if word.startswith("NOP"):
            return None
        return State.PENDING, f"{client} does not sync it ({word})"
    return None


_PROGRAMS: tuple[Callable[[Path, System], _Answer | None], ...] = (_rclone, _dropbox, _nextcloud)
