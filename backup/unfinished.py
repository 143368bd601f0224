"""The note that a backup's files are being made or removed, so that leftovers are known as such.

A payload without a manifest can be two things: what a killed run left behind, or the payload of
somebody's only backup whose manifest was lost. The first is cleared away by the next run, the
second never. They are told apart by a note that is there from before the first file is published
until the manifest is, and from before a manifest is removed until everything is.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from backup.catalog import Catalog
from backup.errors import ArchiveError
from backup.publish import listed, remove, sync_folder, unwritable
from backup.steps import step
from infra.conventions import BACKUP_ID, BACKUP_MANIFEST_SUFFIX

_NOTE: Final = re.compile(rf"\.({BACKUP_ID.pattern})\.unfinished")


@contextmanager
def unfinished(folder: Path, identifier: str) -> Iterator[None]:
    """Keep the note of `identifier` while files of it are made or removed.

    When the block fails, what has no manifest by then is removed with the note; what cannot be
    removed is left to the next run's `settle_all`. Raises `ArchiveError`.
    """
    note = folder / f".{identifier}.unfinished"
    try:
        os.close(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o640))
        sync_folder(folder)
    except OSError as error:
        raise unwritable(note, error) from error
    step("unfinished.noted")
    try:
        yield
    except BaseException:
        with suppress(ArchiveError):
            _settle(folder, identifier, note)
        raise
    remove(note, "note")


def settle_all(folder: Path) -> list[str]:
    """End what killed runs left unfinished in `folder`; return the names of removed files.

    To be called under the archive's lock only.
    """
    notes = [(match[1], path) for path in listed(folder) if (match := _NOTE.fullmatch(path.name))]
    return [
        name for identifier, note in sorted(notes) for name in _settle(folder, identifier, note)
    ]


def _settle(folder: Path, identifier: str, note: Path) -> list[str]:
    """Remove an unfinished backup's files, unless it has its manifest; then its note."""
    left: list[Path] = []
    if not (folder / f"{identifier}{BACKUP_MANIFEST_SUFFIX}").exists():
        left = [path for path in Catalog(folder).strays() if path.name.startswith(identifier)]
        for path in left:
            remove(path, "stray")
    remove(note, "note")
    return [path.name for path in left]
