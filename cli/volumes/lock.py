"""One recreation of a volume at a time; the kernel lets go of the lock of a process that died."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.errors import UserError


@contextmanager
def locked(folder: Path, volume: str) -> Iterator[None]:
    """Hold the lock of ``volume``; raise UserError when another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{volume}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"another run is recreating {volume}", "wait until it ends") from None
        yield
