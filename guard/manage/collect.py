"""Brings the audit log of an environment's application to the machine's own.

It is copied as it is, with its chain, into ``applications/<environment>`` of the machine's audit
folder, where ``make audit`` verifies it. What was copied once is only ever added to: a log that
lost a line since is refused, and the copy stays.
"""

import io
import os
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from guard.audit.folder import HEAD, SEGMENT

APPLICATIONS = "applications"
SOURCE = "/var/log/ledgerflow/audit"
"""Of the application's image, the same volume in every slot of it."""


class Container(Protocol):
    """A container of the Docker SDK, as far as it is asked here."""

    def get_archive(self, path: str) -> tuple[Iterable[bytes], object]:
        """Return a folder of the container as a tar file."""


class CollectionError(Exception):
    """The log of the application is not the one that was copied before; the message says how."""


def folder_of(audit: Path, environment: str) -> Path:
    """Return where the copy of an environment's log lies."""
    return audit / APPLICATIONS / environment


def collect(container: Container, audit: Path, environment: str) -> int:
    """Copy what is new; return how many files there are. Raises CollectionError and OSError.

    The SDK's own errors are the caller's: a container without the folder has no log yet.
    """
    stream, _ = container.get_archive(SOURCE)
    files = _files(b"".join(stream))
    into = folder_of(audit, environment)
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    lost = [path.name for path in into.glob("audit-*.jsonl") if path.name not in files]
    if lost:
        raise CollectionError(f"the audit log of {environment} lost {', '.join(sorted(lost))}")
    for name, content in sorted(files.items(), key=lambda item: item[0] == HEAD):
        path = into / name
        if name != HEAD and path.exists() and not content.startswith(path.read_bytes()):
            raise CollectionError(f"the audit log of {environment} was changed in {name}")
        _replace(path, content)
    return len(files)


def _files(archive: bytes) -> dict[str, bytes]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for entry in tar:
            name = Path(entry.name).name
            if entry.isfile() and (name == HEAD or SEGMENT.fullmatch(name)):
                content = tar.extractfile(entry)
                found[name] = content.read() if content else b""
    return found


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    fresh.rename(path)
