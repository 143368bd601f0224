"""The files under a folder, as one look at it found them, and a copy of each that is whole.

Media files are written once under their final name and never changed (the application stores by
content), so reading them needs no lock. Where a file does change while it is read, it is read
again; one that is gone is an error, because the database's snapshot may speak of it.
"""

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from backup.errors import ScratchError, SourceError

CHUNK_BYTES: Final = 1 << 20
IN_MEMORY_BYTES: Final = 8 << 20
"""A larger file is copied through the scratch folder, so that memory stays flat."""
ATTEMPTS: Final = 5
PAUSE_SECONDS: Final = 0.2
"""Before the second attempt; twice as long before each further one, for an upload to end."""
HIDDEN: Final = ".ledgerflow-"
"""Names at the top that begin so are a restore's own and no part of the media."""


@dataclass(frozen=True)
class Found:
    """A regular file under the folder."""

    path: str
    """Relative to the folder, with `/` between its parts."""
    size: int


@dataclass(frozen=True)
class Copied:
    """A whole copy of a file, at its beginning, with what it was when it was read."""

    content: IO[bytes]
    size: int
    sha256: str
    mode: int
    mtime: int
    """Seconds since 1970."""
    owner: tuple[int, int]
    """User and group ids."""


@dataclass(frozen=True)
class Tree:
    """What a look at a folder found, sorted by path."""

    files: tuple[Found, ...]
    others: tuple[str, ...]
    """Paths of links, sockets and the like, which no backup holds."""

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


def refuse(error: SourceError) -> None:
    """Raise what is told: nothing is left out."""
    raise error


def look(folder: Path, unreadable: Callable[[SourceError], None] = refuse) -> Tree:
    """List every file under `folder`; one that is not there has none.

    What of it cannot be read is told to `unreadable`, which may raise.
    """
    files: list[Found] = []
    others: list[str] = []
    if folder.exists():
        for path, details in _walk(folder, "", unreadable):
            if stat.S_ISREG(details.st_mode):
                files.append(Found(path, details.st_size))
            else:
                others.append(path)
    return Tree(tuple(sorted(files, key=lambda file: file.path)), tuple(sorted(others)))


@contextmanager
def copied(folder: Path, path: str, scratch: Path) -> Iterator[Copied]:
    """Give a copy of `folder/path` that did not change while it was read.

    Raises `SourceError` when it is gone, cannot be read, or changes without end; `ScratchError`
    when the copy finds no room.
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
        with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES, dir=str(scratch)) as copy:
            read = _read(folder / path, copy)
            if read is not None:
                copy.seek(0)
                yield read
                return
    raise SourceError(
        f"{folder / path} changed each of the {ATTEMPTS} times it was read",
        "see what writes into it; media files are written once",
    )


def _walk(
    folder: Path, prefix: str, unreadable: Callable[[SourceError], None]
) -> Iterator[tuple[str, os.stat_result]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not prefix and entry.name.startswith(HIDDEN):
                    continue
                path = f"{prefix}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    yield from _walk(Path(entry.path), f"{path}/", unreadable)
                else:
                    yield path, entry.stat(follow_symlinks=False)
    except OSError as error:
        unreadable(_unreadable(folder, error))


def _read(path: Path, copy: IO[bytes]) -> Copied | None:
    """Copy a file; return None when it changed meanwhile."""
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                _keep(copy, chunk)
                size += len(chunk)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise _unreadable(path, error) from error
    if size != before.st_size or before.st_mtime_ns != after.st_mtime_ns:
        return None
    return Copied(
        copy,
        size,
        digest.hexdigest(),
        stat.S_IMODE(after.st_mode),
        int(after.st_mtime),
        (after.st_uid, after.st_gid),
    )


def _keep(copy: IO[bytes], chunk: bytes) -> None:
    try:
        copy.write(chunk)
    except OSError as error:
        raise ScratchError(
            f"the scratch folder cannot hold a media file: {error.strerror}",
            "make room in that folder",
        ) from error


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(
        f"{path} cannot be read: {error.strerror}",
        f"make it readable for user id {os.geteuid()}, or see who removed it",
    )
