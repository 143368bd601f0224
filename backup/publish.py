"""The one way in which a file gets into the archive, and out of it.

A file is written under a temporary name in its folder, its length is compared with what was
written, the file is forced to disk, renamed, and the folder is forced to disk. So under its own
name a file is whole, or not there. What a killed run leaves behind has a name of its own,
`.<name>.<random>.partial`, and is swept by the next run that holds the lock.
"""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from backup.errors import ArchiveError
from backup.steps import step

FILE_MODE: Final = 0o440
FOLDER_MODE: Final = 0o750
PARTIAL: Final = re.compile(r"\..+\.[0-9a-f]{12}\.partial")
_NO_FOLDER_SYNC: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})
"""How file systems that cannot force a folder to disk say so (network and shared folders)."""


class Sink:
    """An open file that counts and hashes what is written to it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._hash = hashlib.sha256()
        self.size = 0
        """Bytes written so far."""

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Write all of `data`; raise OSError when the disk does not take it."""
        view = memoryview(data).cast("B")
        self._hash.update(view)
        rest = view
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self.size += len(view)
        return len(view)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def fileno(self) -> int:
        """Return the file's descriptor."""
        return self._descriptor

    @property
    def sha256(self) -> str:
        """The hexadecimal SHA-256 of everything written so far."""
        return self._hash.hexdigest()


@contextmanager
def publication(
    folder: Path, name: str, label: str, *, replace: bool = False, mode: int = FILE_MODE
) -> Iterator[Sink]:
    """Give a sink whose content becomes `folder/name` when the block ends without an error.

    `label` says what the file is in the names of steps: `payload`, `manifest`, `proof`. Raises
    `ArchiveError` when the archive does not take the file or, without `replace`, has one of that
    name; then nothing of that name was written.
    """
    partial = folder / f".{name}.{secrets.token_hex(6)}.partial"
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            step(f"publish.{label}.opened")
            sink = Sink(descriptor)
            yield sink
            _finish(sink, descriptor, mode, label)
        finally:
            os.close(descriptor)
        _rename(partial, folder / name, label, replace=replace)
    except BaseException as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unwritable(folder / name, error) from error
        raise


def publish_bytes(
    folder: Path, name: str, content: bytes, label: str, *, replace: bool = False
) -> Path:
    """Publish `content` as `folder/name` and return its path; raises as `publication`."""
    with publication(folder, name, label, replace=replace) as sink:
        sink.write(content)
    return folder / name


def make_folder(folder: Path) -> None:
    """Make `folder` and its parents, each entry forced to disk; raises `ArchiveError`."""
    try:
        for path in reversed([folder, *folder.parents]):
            if not path.is_dir():
                path.mkdir(mode=FOLDER_MODE, exist_ok=True)
                sync_folder(path.parent)
    except OSError as error:
        raise unwritable(folder, error) from error


def remove(path: Path, label: str) -> None:
    """Remove one published file for good; one that is gone already is fine."""
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    step(f"remove.{label}")


def sweep_partials(folder: Path) -> list[str]:
    """Remove what interrupted publications left in `folder`; return their names.

    To be called under the archive's lock only: another run's file looks just the same.
    """
    left = sorted(path for path in listed(folder) if PARTIAL.fullmatch(path.name))
    for path in left:
        remove(path, "partial")
    return [path.name for path in left]


def listed(folder: Path) -> list[Path]:
    """Return what is in the archive's `folder`; raises `ArchiveError`."""
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise ArchiveError(
            f"{folder} cannot be read: {error.strerror}", _remedy(error, folder / "any")
        ) from error


def sync_folder(folder: Path) -> None:
    """Force the entries of `folder` to disk, where its file system can."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def _finish(sink: Sink, descriptor: int, mode: int, label: str) -> None:
    step(f"publish.{label}.written")
    size = os.fstat(descriptor).st_size
    if size != sink.size:
        raise OSError(errno.EIO, f"{size} bytes are in the file, {sink.size} were written")
    os.fchmod(descriptor, mode)
    os.fsync(descriptor)
    step(f"publish.{label}.synced")


def _rename(partial: Path, target: Path, label: str, *, replace: bool) -> None:
    if not replace and target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    partial.rename(target)
    step(f"publish.{label}.renamed")
    sync_folder(target.parent)
    step(f"publish.{label}.published")


def unwritable(path: Path, error: OSError) -> ArchiveError:
    """Return the error for a file or folder that the archive does not take, with what to do."""
    words = error.strerror or str(error)
    return ArchiveError(f"{path} could not be written: {words}", _remedy(error, path))


def _remedy(error: OSError, path: Path) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"make room on the disk that holds {path.parent}, then run the command again"
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return f"make {path.parent} writable for user id {os.geteuid()}"
        case errno.ENOENT | errno.ENOTDIR:
            return f"bring the folder {path.parent} back; was its disk unmounted?"
        case errno.EEXIST:
            return "backups are never overwritten; look at what is there with `list`"
        case _:
            return f"check the disk that holds {path.parent}"
