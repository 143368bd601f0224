"""Grants: what tells the daemon's plugin that a person agreed to what it would refuse.

A grant is for one effect on one object. It lies in a folder that only its owner can use, so that
with the plugin running as root only root can give one; it is good for minutes, and taken by
renaming its file, which succeeds for one request only.
"""

import json
import os
import secrets
import stat
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from guard.audit.folder import create, make_folder, sync, write_all
from guard.effects import CreateContainer, Effect, Look

FOLDER: Final = "grants"
"""In the folder of the audit log."""
SECONDS: Final = 120
"""How long a grant is good for; the command that it is for starts at once."""
_OPEN: Final = ".grant"
_TAKEN: Final = ".taken"


def give(folder: Path, effects: Iterable[Effect], now: float) -> list[Path]:
    """Give a grant for each effect and return their files, for :func:`withdraw`.

    ``folder`` is that of the plugin's audit log; OSError when it does not take them.
    """
    grants = folder / FOLDER
    make_folder(folder)
    grants.mkdir(mode=0o700, exist_ok=True)  # stays its maker's, whosever the log is
    if not _is_private(grants):
        raise PermissionError(f"{grants} is another user's, or others can write to it")
    given = []
    for key in sorted({_key(effect) for effect in effects if not isinstance(effect, Look)}):
        path = grants / f"{secrets.token_hex(8)}{_OPEN}"
        descriptor = create(path, os.O_WRONLY | os.O_EXCL)
        try:
            write_all(descriptor, json.dumps({"key": key, "until": now + SECONDS}).encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        given.append(path)
    sync(grants)
    return given


def withdraw(given: Iterable[Path]) -> None:
    """Take back what was not taken."""
    for path in given:
        path.unlink(missing_ok=True)
        path.with_suffix(_TAKEN).unlink(missing_ok=True)


def take(folder: Path, effects: Sequence[Effect], now: float | None = None) -> bool:
    """Take a grant for each of a request's effects; False, and none taken, when one is missing.

    Raises nothing: a folder that cannot be read, or that others can write to, holds no grants.
    """
    keys = [_key(effect) for effect in effects if not isinstance(effect, Look)]
    if not keys:
        return False
    taken: list[Path] = []
    moment = time.time() if now is None else now
    try:
        for key in keys:
            path = _taken(folder / FOLDER, key, moment)
            if path is None:
                break
            taken.append(path)
        else:
            return True
        for path in taken:
            path.rename(path.with_suffix(_OPEN))
    except OSError:
        return False
    return False


def _taken(grants: Path, key: str, now: float) -> Path | None:
    if not _is_private(grants):
        return None
    for path in sorted(grants.glob(f"*{_OPEN}")):
        try:
            content = json.loads(path.read_bytes())
            matches = content["key"] == key and now <= content["until"] <= now + 2 * SECONDS
        except (ValueError, KeyError, TypeError):
            continue
        if matches:
            taken = path.with_suffix(_TAKEN)
            try:
                path.rename(taken)
            except FileNotFoundError:
                continue  # another request was faster
            return taken
    return None


def _is_private(grants: Path) -> bool:
    try:
        found = grants.lstat()
    except FileNotFoundError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == os.geteuid()
        and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    )


def _key(effect: Effect) -> str:
    """Return the kind of an effect and the object's name: what command and request share."""
    kind = type(effect).__name__
    if isinstance(effect, CreateContainer):
        return f"{kind} {effect.name.lstrip('/')} {effect.image}"
    named = (value for value in vars(effect).values() if isinstance(value, str))
    return f"{kind} {next(named, '').lstrip('/')}"
