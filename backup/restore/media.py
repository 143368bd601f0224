"""Putting media files back: added first, set aside last, continued after an interruption.

The order around the database's swap is what keeps both sides whole at every moment:

1. `add`: every file of the backup that is missing is moved in from the staging folder. The old
   database does not mind more files. A file of that name with other content is set aside first.
2. the database is swapped
3. `set_aside`: files that the backup does not have are moved to the folder of what was before.

Nothing is deleted, and a move within a volume is one rename. Both steps may be run again after an
interruption: what is in its place already is left alone.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from backup.errors import RestoreError
from backup.full.tree import CHUNK_BYTES, HIDDEN, look
from backup.manifest import MemberFile
from backup.publish import sync_folder
from backup.steps import step

STAGED: Final = f"{HIDDEN}restore-"
KEPT: Final = f"{HIDDEN}before-"


def staging(media: Path, restore: str) -> Path:
    """Return the folder into which a restore extracts; in the volume, so that moves are renames."""
    return media / f"{STAGED}{restore}"


def before(media: Path, restore: str) -> Path:
    """Return the folder that keeps what the restore replaced."""
    return media / f"{KEPT}{restore}"


def add(media: Path, staged: Path, kept: Path, files: Iterable[MemberFile]) -> int:
    """Move staged files to their places; return how many were moved.

    Raises `RestoreError` when a file can be found in neither place or not be moved.
    """
    moved = 0
    for file in files:
        source, target = staged / file.path, media / file.path
        if source.exists():
            if _is(target, file):
                source.unlink()
                continue
            if os.path.lexists(target):
                _move(target, kept / file.path, media)
            _move(source, target, media)
            moved += 1
            step("restore.media.file-added")
        elif not _is(target, file):
            raise RestoreError(
                f"{file.path} is neither staged nor in its place",
                "the database was not changed yet; bring the file back, then `restore --resume`",
            )
    step("restore.media.added")
    return moved


def set_aside(media: Path, kept: Path, files: Iterable[MemberFile]) -> int:
    """Move what is not among `files` to `kept`; return how many were moved."""
    wanted = {file.path for file in files}
    extra = [path for path in everything(media) if path not in wanted]
    for path in extra:
        _move(media / path, kept / path, media)
        step("restore.media.file-set-aside")
    step("restore.media.set-aside")
    return len(extra)


def put_back(media: Path, kept: Path, instead: Path) -> int:
    """Move all of `kept` back to its places; return how many files that were.

    A file that lies there now is moved to `instead` first. May be run again.
    """
    paths = everything(kept)
    for path in paths:
        if os.path.lexists(media / path):
            _move(media / path, instead / path, media)
        _move(kept / path, media / path, media)
        step("restore.media.file-put-back")
    return len(paths)


def everything(folder: Path) -> list[str]:
    """List the paths of all files under `folder`, links and the like too."""
    found = look(folder)
    return [*(file.path for file in found.files), *found.others]


def differences(media: Path, files: Iterable[MemberFile]) -> list[str]:
    """Name the files whose content is not that of the backup, and those that are missing."""
    return [file.path for file in files if not _is(media / file.path, file)]


def _is(path: Path, file: MemberFile) -> bool:
    """Tell whether `path` holds that file, byte for byte."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size != file.size:
        return False
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as opened:
        while chunk := opened.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest() == file.sha256


def _move(source: Path, target: Path, media: Path) -> None:
    try:
        _make_folder(target.parent, like=media)
        while os.path.lexists(target):
            target = target.with_name(f"{target.name}~")  # nothing is ever overwritten
        source.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise RestoreError(
            f"{source.name} could not be moved to {target}: {error.strerror}",
            "see that the media volume is writable, then go on with `restore --resume`",
        ) from error


def _make_folder(folder: Path, like: Path) -> None:
    """Make `folder`, each new level owned as `like`, so that the application may write in it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent, like)
    folder.mkdir()
    details = like.stat()
    if os.geteuid() == 0:
        os.chown(folder, details.st_uid, details.st_gid)
    folder.chmod(details.st_mode & 0o7777)
