"""Where the next line goes: the log's end, and what a writer finds wrong with it.

The head says how the last writer left the log. What a killed writer adds to that:

- a whole line that the head does not know yet: it counts;
- a beginning of a line: it stays where it is, and the next writer seals it with a line that says
  how many bytes they are and their hash;
- the first file of a rotation: its name follows from the number of its first line.

Anything else was no writer. The log goes on behind the line that the head knows, so that the gap
stays to be found, and the seal says what was seen.
"""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Final

from guard.audit.folder import read_head, segment_name, segments
from guard.audit.line import EVENT, SEALED, START, Line, Link, decode
from guard.records import dataclass, replace

TORN: Final = "torn"
FOREIGN: Final = "foreign"
SHORTENED: Final = "shortened"
FILE_LOST: Final = "file-lost"
HEAD_LOST: Final = "head-lost"
_SEAL: Final = b'{"bytes":'
"""How the seal of a torn line begins: its keys are sorted."""


@dataclass(frozen=True)
class Tail:
    """The log's end: its last sound line, the file to go on in, and what is to be sealed."""

    link: Link
    file: str | None
    """None: the next line begins a new file."""
    size: int = 0
    seals: tuple[dict[str, object], ...] = ()
    unfinished: bool = False
    """Whether the file's last byte is no newline."""


def tail(folder: Path) -> Tail:
    """Look at the log's end; OSError when it cannot be read. To be called under the lock."""
    head = read_head(folder)
    if head is None:
        return _without_head(folder)
    path = folder / head.file
    following = folder / segment_name(head.seq + 1)
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        lost = _seal(FILE_LOST, file=head.file)
        return _catch_up(folder, Tail(head.link, None, 0, (lost,)))
    if size == head.size and not following.exists():
        return Tail(head.link, head.file, size)
    if size < head.size:
        seal = _seal(SHORTENED, file=head.file, bytes=head.size - size)
        unfinished = size > 0 and not path.read_bytes().endswith(b"\n")
        return Tail(head.link, head.file, size, (seal,), unfinished)
    return _catch_up(folder, Tail(head.link, head.file, head.size))


def _without_head(folder: Path) -> Tail:
    names = segments(folder)
    if not names:
        return Tail(START, None)
    seal = _seal(HEAD_LOST)
    for name in reversed(names):
        offset = 0
        last: Tail | None = None
        for raw in _lines((folder / name).read_bytes()):
            offset += len(raw)
            line = decode(raw)
            if line is not None and line.sound and raw.endswith(b"\n"):
                last = Tail(line.link, name, offset, (seal,))
        if last is not None:
            return _catch_up(folder, last)
    # not one sound line: the number is beyond every file there is, so that none is written over
    first = int(names[-1].removeprefix("audit-").removesuffix(".jsonl"))
    return Tail(Link(first, START.hash), None, 0, (seal,))


def _catch_up(folder: Path, found: Tail) -> Tail:
    """Go on over lines that the head does not know, into the next file where that was begun."""
    while True:
        if found.file is not None:
            found = _to_the_end(folder / found.file, found)
        following = segment_name(found.link.seq + 1)
        if found.unfinished or following == found.file or not (folder / following).exists():
            return found
        found = replace(found, file=following, size=0)


def _to_the_end(path: Path, found: Tail) -> Tail:
    content = path.read_bytes()
    link, rest, unfinished = found.link, b"", False
    for raw in _lines(content[found.size :]):
        line = decode(raw)
        if line is None or not line.follows(link) or (rest and not is_seal_of(line, rest)):
            rest += raw
            continue
        link, rest, unfinished = line.link, b"", not raw.endswith(b"\n")
    if not rest:
        return replace(found, link=link, size=len(content), unfinished=unfinished)
    seal = _seal(
        TORN if _is_torn(rest) else FOREIGN,
        file=path.name,
        bytes=len(rest),
        sha256=hashlib.sha256(rest).hexdigest(),
    )
    seals = (*found.seals, seal)
    return Tail(link, path.name, len(content), seals, not rest.endswith(b"\n"))


def is_seal_of(line: Line, rest: bytes) -> bool:
    """Tell whether ``line`` seals the bytes ``rest``, to which its writer may have put an end."""
    hashes = {hashlib.sha256(rest).hexdigest(), hashlib.sha256(rest[:-1]).hexdigest()}
    return line.sound and line.fields.get(EVENT) == SEALED and line.fields.get("sha256") in hashes


def _is_torn(rest: bytes) -> bool:
    """Tell whether killed writers, or a power cut, can have left this.

    That is the beginning of a line, or zeros; behind it perhaps the beginning of the seal whose
    writer was killed as well.
    """
    first, *more = (raw.strip(b"\0\n") for raw in _lines(rest))
    only_ended = not more and first[:1] == b"{" and not first.endswith(b"}")
    return (
        (only_ended or not rest.endswith(b"\n"))
        and first[:1] in (b"", b"{")
        and all(_SEAL.startswith(piece) or piece.startswith(_SEAL) for piece in more)
    )


def _seal(damage: str, **facts: object) -> dict[str, object]:
    return {EVENT: SEALED, "damage": damage, **facts}


def _lines(content: bytes) -> list[bytes]:
    return BytesIO(content).readlines()
