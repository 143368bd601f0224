"""The folder of an audit log: its files, its lock, and the head that says where the log ends.

- ``audit-<number>.jsonl``: the lines; the number is that of the file's first line.
- ``head``: number and hash of the last line, its file and that file's size. It is replaced as a
  whole after each line, so that a cut tail is found.
- ``lock``: held by a writer (alone) and by whoever verifies (shared); goes with its process.

Only the owner reads them. Written by the superuser they are given to the folder's owner: a command
under sudo must not lock its user out of the log.
"""

import fcntl
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from guard.audit.line import Link
from guard.records import dataclass

HEAD: Final = "head"
LOCK: Final = "lock"
SEGMENT: Final = re.compile(r"audit-([0-9]{12})\.jsonl")
LOCK_SECONDS: Final = 10.0
"""How long a writer waits for another; each needs a few milliseconds."""
_PAUSE_SECONDS: Final = 0.002


@dataclass(frozen=True)
class Head:
    """Where the log ends."""

    seq: int
    hash: str
    file: str
    size: int

    @property
    def link(self) -> Link:
        """The last line's place in the chain."""
        return Link(self.seq, self.hash)


def segment_name(first: int) -> str:
    """Return the name of the file whose first line has the number ``first``."""
    return f"audit-{first:012d}.jsonl"


def segments(folder: Path) -> list[str]:
    """Return the names of the log's files, oldest first; OSError when they cannot be listed."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - only names are asked for
    except FileNotFoundError:
        return []
    return sorted(name for name in names if SEGMENT.fullmatch(name))


def read_head(folder: Path) -> Head | None:
    """Return the head; None when there is none, or one that no writer wrote."""
    try:
        content = json.loads((folder / HEAD).read_bytes())
        head = Head(content["seq"], content["hash"], content["file"], content["size"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    sound = (
        type(head.seq) is int
        and type(head.size) is int
        and isinstance(head.hash, str)
        and isinstance(head.file, str)
        and SEGMENT.fullmatch(head.file)
    )
    return head if sound else None


def write_head(folder: Path, head: Head) -> None:
    """Replace the head as a whole; OSError when the disk does not take it."""
    fresh = folder / f"{HEAD}.new"
    descriptor = create(fresh, os.O_WRONLY | os.O_TRUNC)
    try:
        write_all(descriptor, json.dumps(vars(head)).encode() + b"\n")
    finally:
        os.close(descriptor)
    fresh.rename(folder / HEAD)


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of ``content``, or raise OSError."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def make_folder(folder: Path) -> None:
    """Make the folder, readable by its owner only; OSError when it cannot be made."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _give_to_owner_of(folder.parent, folder)


def create(path: Path, flags: int) -> int:
    """Open ``path``, made when it is not there; never through a symbolic link."""
    descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        if _is_own(descriptor):
            _give_to_owner_of(path.parent, descriptor)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def sync(folder: Path) -> None:
    """Force the folder's entries to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the log's lock; TimeoutError (an OSError) when another keeps it too long."""
    flags = os.O_RDONLY if shared else os.O_RDWR
    descriptor = os.open(folder / LOCK, flags) if shared else create(folder / LOCK, flags)
    try:
        _acquire(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, folder)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, kind: int, folder: Path) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise TimeoutError(f"another process holds {folder / LOCK}") from None
        else:
            return
        time.sleep(_PAUSE_SECONDS)


def _give_to_owner_of(folder: Path, what: Path | int) -> None:
    if os.geteuid() == 0:
        owner = _owner(folder)
        if owner.st_uid != 0:
            os.chown(what, owner.st_uid, owner.st_gid)


def _owner(folder: Path) -> os.stat_result:
    return folder.stat()


def _is_own(descriptor: int) -> bool:
    return os.fstat(descriptor).st_uid == os.geteuid()
