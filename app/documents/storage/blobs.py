"""Files by the sum of their content: ``blobs/ab/cd/<sha256>`` under the media root.

What holds whenever the power fails: a file under its final name is whole and on the disk. It is
written to ``incoming/``, flushed, given its name, and the folder is flushed. A file without a row
is nobody's and is swept; a row is written only after its file is there.
"""

import contextlib
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from core.errors import InvalidInputError, TooLargeError

CHUNK: Final = 1024 * 1024
BLOBS: Final = "blobs"
INCOMING: Final = "incoming"


@dataclass(frozen=True, slots=True)
class Received:
    """A whole file that has no name yet."""

    path: Path
    sha256: str
    size: int

    def discard(self) -> None:
        """Remove it, if it was not published."""
        self.path.unlink(missing_ok=True)


class Receiver:
    """Takes the bytes of one file as they come, counts and sums them."""

    def __init__(self, root: Path, limit: int) -> None:
        """Write below ``root``; ``limit`` is the largest file in bytes."""
        folder = root / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / uuid.uuid4().hex
        self._file = self._path.open("xb")
        self._sum = hashlib.sha256()
        self._limit = limit
        self._size = 0

    def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises ``TooLargeError``, and forgets the file, over the limit."""
        self._size += len(chunk)
        if self._size > self._limit:
            self.abort()
            raise TooLargeError(
                f"The file is larger than {self._limit // 1024**2} MiB. Make it smaller.",
                details={"limit": self._limit},
            )
        self._sum.update(chunk)
        self._file.write(chunk)

    def finish(self) -> Received:
        """Flush to the disk. Raises ``InvalidInputError`` for a file without a byte."""
        if not self._size:
            self.abort()
            raise InvalidInputError("The file is empty. Choose another one.", code="empty_file")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Received(self._path, self._sum.hexdigest(), self._size)

    def abort(self) -> None:
        """Forget the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class BlobStore:
    """The folder of published files."""

    def __init__(self, root: Path) -> None:
        """Keep files below ``root``, the media root."""
        self.root = root

    def receive(self, chunks: Iterable[bytes], limit: int) -> Received:
        """Write ``chunks`` to a file. Raises ``TooLargeError`` and ``InvalidInputError``."""
        receiver = Receiver(self.root, limit)
        try:
            for chunk in chunks:
                receiver.write(chunk)
        except BaseException:
            receiver.abort()
            raise
        return receiver.finish()

    def path(self, sha256: str) -> Path:
        """Return where the file with this sum lies, or would lie."""
        return self.root / BLOBS / sha256[:2] / sha256[2:4] / sha256

    def publish(self, received: Received) -> None:
        """Give a received file its name, unless the same content has it already."""
        target = self.path(received.sha256)
        if target.is_file() and target.stat().st_size == received.size:
            received.discard()
            return
        fresh = [folder for folder in (target.parent.parent, target.parent) if not folder.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        received.path.chmod(0o440)
        received.path.replace(target)
        for folder in {target.parent, *(each.parent for each in fresh)}:
            _flush_folder(folder)

    def open(self, sha256: str) -> BinaryIO:
        """Open a file to read. Raises ``FileNotFoundError``."""
        return self.path(sha256).open("rb")

    def sum_of(self, sha256: str) -> str:
        """Return the sum of what lies under this name now. Raises ``FileNotFoundError``."""
        with self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def remove(self, sha256: str) -> None:
        """Remove a file; the caller holds its lock and knows that nobody needs it."""
        self.path(sha256).unlink(missing_ok=True)

    def names(self, prefix: str, older_than: float) -> Iterator[str]:
        """Yield the sums of the files of one prefix, ``00`` to ``ff``, last changed before then."""
        folder = self.root / BLOBS / prefix
        for path in sorted(folder.glob("*/*")) if folder.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < older_than:
                    yield path.name

    def forget_incoming(self, older_than: float) -> int:
        """Remove what was left half received or half made before then; return how many things.

        A worker that makes files has a folder of its own there, which a killed one leaves behind.
        """
        folder = self.root / INCOMING
        removed = 0
        for path in folder.iterdir() if folder.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < older_than:
                    if path.is_dir():
                        shutil.rmtree(path)
                    else:
                        path.unlink()
                    removed += 1
        return removed


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
