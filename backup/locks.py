"""One run at a time on an environment's archive, by a lock of the kernel.

The lock goes with its process, however that ends, so there is never a stale one. What stands in
the file is information for people only.
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from backup.errors import ArchiveError, BusyError
from backup.publish import make_folder
from backup.steps import step

LOCK: Final = ".lock"
_PAUSE_SECONDS: Final = 0.2


@contextmanager
def archive_lock(folder: Path, what: str, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock of the archive's `folder` for `what` (`database backup`) during the block.

    Raises `BusyError` when another run keeps it longer than `wait_seconds`, `ArchiveError` when
    the folder cannot be used.
    """
    make_folder(folder)
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise ArchiveError(
            f"{folder / LOCK} cannot be opened: {error.strerror}",
            f"make {folder} writable for user id {os.geteuid()}",
        ) from error
    try:
        _acquire(descriptor, folder, wait_seconds)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{what}, process {os.getpid()}\n".encode(), 0)
        step("lock.held")
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, folder: Path, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN):
                raise ArchiveError(
                    f"{folder / LOCK} cannot be locked: {error.strerror}",
                    "keep the archive on a file system that knows locks",
                ) from error
        else:
            return
        if time.monotonic() >= deadline:
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "a run"
            raise BusyError(
                f"{folder} is in use by another run ({holder})", "try again when it has ended"
            )
        time.sleep(_PAUSE_SECONDS)
