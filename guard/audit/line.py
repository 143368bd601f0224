"""One line of the audit log: what it says, its place in the chain, and the hash over both.

A line is a JSON object in one form only: keys sorted, no spaces, ASCII, a newline at the end. Its
``hash`` is the SHA-256 of the same object without ``hash``; ``previous`` is the hash of the line
before, :data:`GENESIS` for the first; ``seq`` counts from 1 through all files of the log.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from guard.records import dataclass

GENESIS: Final = "0" * 64
VERSION: Final = 1
"""Of this format; stands in the first line of every log."""

SEQ: Final = "seq"
PREVIOUS: Final = "previous"
HASH: Final = "hash"
EVENT: Final = "event"

BEGAN: Final = "log-began"
CONTINUED: Final = "log-continued"
"""First line of a further file; ``file`` is the name of the one before."""
SEALED: Final = "log-sealed"
"""A writer found the end of the log other than the last writer left it; ``damage`` says how."""


@dataclass(frozen=True)
class Link:
    """A place in the chain: the line's number and its hash."""

    seq: int
    hash: str


START: Final = Link(0, GENESIS)
"""The place before the first line."""


def encode(fields: Mapping[str, object], after: Link) -> tuple[bytes, Link]:
    """Return the line that says ``fields`` behind ``after``, with its newline, and its place.

    Raises ValueError for fields that are not JSON or that use a name of the chain.
    """
    taken = {SEQ, PREVIOUS, HASH} & fields.keys()
    if taken:
        raise ValueError(f"an entry cannot set {', '.join(sorted(taken))}")
    content = {**fields, SEQ: after.seq + 1, PREVIOUS: after.hash}
    own = _hash(content)
    return _canonical({**content, HASH: own}) + b"\n", Link(after.seq + 1, own)


@dataclass(frozen=True)
class Line:
    """A line as it was read: a JSON object with a number and hashes, sound or not."""

    seq: int
    previous: str
    hash: str
    sound: bool
    """Whether the hash is that of the content, and the bytes are those of a writer."""
    fields: Mapping[str, object]

    @property
    def link(self) -> Link:
        """The line's place in the chain, by its own word."""
        return Link(self.seq, self.hash)

    def follows(self, link: Link) -> bool:
        """Tell whether this is the sound line right behind ``link``."""
        return self.sound and self.seq == link.seq + 1 and self.previous == link.hash


def decode(raw: bytes) -> Line | None:
    """Read a line, with or without its newline; None for what is no line of a log at all."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    seq, previous, own = content.get(SEQ), content.get(PREVIOUS), content.get(HASH)
    if type(seq) is not int or not isinstance(previous, str) or not isinstance(own, str):
        return None
    fields = {key: value for key, value in content.items() if key not in (SEQ, PREVIOUS, HASH)}
    rest = {key: value for key, value in content.items() if key != HASH}
    try:
        sound = _hash(rest) == own and _canonical(content) == raw.rstrip(b"\n")
    except (ValueError, RecursionError):  # NaN is no JSON, and no writer of ours writes it
        sound = False
    return Line(seq, previous, own, sound, fields)


def _hash(content: Mapping[str, object]) -> str:
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
