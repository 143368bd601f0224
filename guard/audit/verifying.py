"""Going through the whole chain, and naming what is wrong with it.

What this finds: a changed, missing, moved, inserted or unfinished line, a missing file, a cut tail.
What it cannot find: a log that somebody who may write to its folder made anew as a whole, head and
all. ``expected`` is against that: the number and hash of a line, kept elsewhere.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from guard.audit import folder as files
from guard.audit.line import START, Link, decode
from guard.audit.walk import Damage, Read, Walk


@dataclass(frozen=True)
class Report:
    """What verification saw: ``damages`` in the order of the log, the first one first."""

    lines: int
    files: int
    last: Link
    damages: tuple[Damage, ...] = ()
    sealed: tuple[Damage, ...] = ()
    """Torn lines of killed writers that the next writer sealed: known, and no damage."""

    @property
    def intact(self) -> bool:
        """Whether every line that was ever written is there as it was written."""
        return not self.damages

    def as_data(self) -> dict[str, object]:
        """Return the report for a program."""
        return {"intact": self.intact, **asdict(self)}


def verify(folder: Path, expected: Link | None = None) -> Report:
    """Verify the log in ``folder``; OSError when it cannot be read.

    No writer adds a line meanwhile. A log that was never begun is intact and has no lines.
    """
    if (folder / files.LOCK).exists():
        with files.locked(folder, shared=True):
            return _verified(folder, expected)
    return _verified(folder, expected)


def _verified(folder: Path, expected: Link | None) -> Report:
    names = files.segments(folder)
    head = files.read_head(folder)
    if not names and head is None and expected is None:
        return Report(0, 0, START)
    walk = Walk({read.line.seq for read in _reads(folder, names) if read.line and read.line.sound})
    for read in _reads(folder, names):
        walk.step(read)
    walk.end(head.link if head else None)
    if expected is not None:
        walk.hold_against(expected, "the one kept elsewhere")
    return Report(walk.count, len(names), walk.last, tuple(walk.damages), tuple(walk.sealed))


def _reads(folder: Path, names: list[str]) -> Iterator[Read]:
    for name in names:
        with (folder / name).open("rb") as file:
            for number, raw in enumerate(file, start=1):
                line = decode(raw)
                if line is not None and not line.sound and not raw.endswith(b"\n"):
                    line = None
                yield Read(name, number, raw if line is None else b"", line)
