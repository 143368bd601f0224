"""One user of Debian's package manager at a time, among the workers of a test run."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other worker installs packages."""
    with (Path(tempfile.gettempdir()) / "lftest-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
