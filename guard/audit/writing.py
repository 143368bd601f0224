"""Adding lines to the audit log.

A line is in the log when :func:`record` returns: written in one piece behind the last one, forced
to disk, and known to the head. When it raises, the log is as it was before; a writer that is killed
in between is put right by the next one (:mod:`guard.audit.tail`).
"""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from guard.audit import folder as files
from guard.audit.entry import complete
from guard.audit.folder import Head
from guard.audit.line import BEGAN, CONTINUED, EVENT, START, VERSION, Link, encode
from guard.audit.tail import Tail, tail

SEGMENT_BYTES: Final = 4 * 1024 * 1024
"""Size at which a file of the log is left for a new one; some 6,000 commands."""


def append(folder: Path, entry: Mapping[str, object]) -> None:
    """Add ``entry`` to the log in ``folder``; OSError when it cannot be written.

    Time (UTC), user, host, process and directory are added; secrets in ``argv`` are taken out.
    """
    record(folder, entry)


def record(folder: Path, entry: Mapping[str, object], limit: int = SEGMENT_BYTES) -> int:
    """Add ``entry`` as :func:`append` does, and return the line's number.

    ``limit`` is the size in bytes that a file of the log may reach.
    """
    files.make_folder(folder)
    with files.locked(folder):
        end = tail(folder)
        fields = complete(entry, time.time())
        name, content, own = _placed(folder, end, fields, limit)
        _write(folder, name, content, own)
    return own.seq


def _placed(
    folder: Path, end: Tail, fields: Mapping[str, object], limit: int
) -> tuple[str, bytes, Link]:
    """Return the file to write to, what to write, and the place of its last line."""
    moment = {"time": fields["time"]}
    seals = [{**seal, **moment} for seal in end.seals]
    following = files.segment_name(end.link.seq + 1)
    if end.file is not None and end.file != following:
        content, own = _chained([*seals, fields], end.link)
        start = b"\n" if end.unfinished else b""
        if (
            end.seals or end.unfinished or end.size + len(content) <= limit
        ):  # seals stay beside theirs
            return end.file, start + content, own
    before = [name for name in files.segments(folder) if name < following]
    beginning: dict[str, object] = (
        {EVENT: BEGAN, "version": VERSION}
        if end.link == START
        else {EVENT: CONTINUED, "file": before[-1] if before else None}
    )
    if end.unfinished:  # the first line of this very file is torn
        content, own = _chained([*seals, {**beginning, **moment}, fields], end.link)
        return following, b"\n" + content, own
    content, own = _chained([{**beginning, **moment}, *seals, fields], end.link)
    return following, content, own


def _chained(records: Iterable[Mapping[str, object]], link: Link) -> tuple[bytes, Link]:
    lines = []
    for fields in records:
        line, link = encode(fields, link)
        lines.append(line)
    return b"".join(lines), link


def _write(folder: Path, name: str, content: bytes, own: Link) -> None:
    """Write to the end of the file and move the head; on OSError nothing has been added."""
    descriptor = files.create(folder / name, os.O_WRONLY | os.O_APPEND)
    try:
        before = os.fstat(descriptor).st_size
        try:
            files.write_all(descriptor, content)
            os.fsync(descriptor)
            if before == 0:
                files.sync(folder)
            files.write_head(folder, Head(own.seq, own.hash, name, before + len(content)))
        except OSError:
            os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)
