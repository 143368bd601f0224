"""The light check: is a backup's payload, byte for byte, what was written, and a whole dump?

It needs no server and reads the payload once. An encrypted payload is checked as it lies; what is
inside needs the private key and is a proof's business.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from zlib_ng import zlib_ng

from backup.catalog import Entry
from backup.dump.footer import has_footer
from backup.dump.stream import GZIP_BITS, TAIL_BYTES, InflateError
from backup.manifest import Manifest
from backup.steps import step
from infra.conventions import BACKUP_DUMP_MEMBER

MINIMUM_BYTES: Final = 10 * 1024
"""A payload that is not larger holds no database."""
_CHUNK_BYTES: Final = 1 << 20
MemberCheck = Callable[[Entry], list[str]]
"""Looks into a full backup's archive; returns what is wrong."""


def check(entry: Entry, full: MemberCheck | None = None) -> tuple[str, ...]:
    """Return everything that is wrong with a backup's files; nothing for a sound one.

    `full` looks into the archive of a full backup after its checksum is found right.
    """
    if entry.manifest is None:
        return entry.problems
    problems = list(entry.problems)
    path, payload = entry.payload_path, entry.manifest.payload
    if not path.exists():
        return tuple(problems)
    if _dump_bytes(entry.manifest) <= MINIMUM_BYTES:
        problems.append(f"{path.name} has no more than {MINIMUM_BYTES} bytes: it holds no database")
    try:
        problems += _read_through(path, payload.sha256, dump=_is_plain_dump(entry))
    except OSError as error:
        problems.append(f"{path.name} cannot be read: {error.strerror or error}")
    if not problems and full is not None and entry.kind == "full":
        problems += full(entry)
    step("check.ended")
    return tuple(problems)


def _dump_bytes(manifest: Manifest) -> int:
    """Return the size of the payload, or that of the dump in a full backup if it is larger.

    The archive of a small environment compresses its dump again, below the floor.
    """
    files = manifest.full.files if manifest.full is not None else ()
    dump = sum(file.size for file in files if file.path == BACKUP_DUMP_MEMBER)
    return max(manifest.payload.size, dump)


def _is_plain_dump(entry: Entry) -> bool:
    return entry.kind == "db" and not entry.payload_path.name.endswith(".age")


def _read_through(path: Path, sha256: str, *, dump: bool) -> list[str]:
    digest = hashlib.sha256()
    text = _Text() if dump else None
    with path.open("rb", buffering=0) as payload:
        while chunk := payload.read(_CHUNK_BYTES):
            digest.update(chunk)
            if text is not None:
                text.take(chunk)
    problems = [] if digest.hexdigest() == sha256 else [f"{path.name}: its checksum differs"]
    if text is not None and (words := text.problem()):
        problems.append(f"{path.name}: {words}")
    return problems


class _Text:
    """Decompresses to the end, keeping only the tail."""

    def __init__(self) -> None:
        self._gzip = zlib_ng.decompressobj(GZIP_BITS)
        self._tail = b""
        self._words: str | None = None

    def take(self, chunk: bytes) -> None:
        """Decompress on; after the first damage nothing more is looked at."""
        if self._words is not None:
            return
        if self._gzip.eof:
            self._words = "there is something behind the end of its gzip stream"
            return
        try:
            data = self._gzip.decompress(chunk, _CHUNK_BYTES)
            while data or self._gzip.unconsumed_tail:
                self._tail = (self._tail + data[-TAIL_BYTES:])[-TAIL_BYTES:]
                data = self._gzip.decompress(self._gzip.unconsumed_tail, _CHUNK_BYTES)
        except InflateError as error:
            self._words = f"it cannot be decompressed ({error})"
        if self._gzip.unused_data:
            self._words = "there is something behind the end of its gzip stream"

    def problem(self) -> str | None:
        """Return what is wrong with all that was taken."""
        if self._words is not None:
            return self._words
        if not self._gzip.eof:
            return "its gzip stream is cut short"
        return None if has_footer(self._tail) else "the dump has no footer: it is not whole"
