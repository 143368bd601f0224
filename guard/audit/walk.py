"""The walk through the chain, line by line: which line is damaged, and how."""

from dataclasses import dataclass, field
from typing import Literal

from guard.audit.line import EVENT, SEALED, START, Line, Link
from guard.audit.tail import HEAD_LOST, SHORTENED, TORN, is_seal_of

Kind = Literal["edited", "deleted", "truncated", "reordered", "torn", "foreign"]


@dataclass(frozen=True)
class Damage:
    """One thing wrong, where it was seen: ``line`` counts from 1 in ``file``."""

    kind: Kind
    file: str
    line: int
    seq: int
    """Number in the whole log of the line that is damaged or missing."""
    what: str


@dataclass(frozen=True)
class Read:
    """A line of a file as it lies there; ``raw`` only of what cannot be read as a line."""

    file: str
    number: int
    raw: bytes
    line: Line | None


@dataclass
class Walk:
    """Where the walk is, and what it saw; ``present`` are the numbers of all sound lines."""

    present: set[int]
    last: Link = START
    count: int = 0
    damages: list[Damage] = field(default_factory=list)
    sealed: list[Damage] = field(default_factory=list)
    _changed: bool = False
    """Whether the line at ``last`` was changed, so that the next need not fit it."""
    _gap: list[Read] = field(default_factory=list)
    """What is no line, since the last line."""
    _hashes: dict[int, str] = field(default_factory=dict)
    _at: Read | None = None

    def step(self, read: Read) -> None:
        """Take the next line of the log."""
        if read.line is None:
            self._gap.append(read)
            return
        if self._gap:
            self._close_gap(read.line)
        self.count += 1
        if not read.line.sound:
            self._step_changed(read, read.line)
        else:
            self._step_sound(read, read.line)
        self._at = read

    def _step_changed(self, read: Read, line: Line) -> None:
        seq = self.last.seq + 1
        self._add("edited", read, seq, "its hash is not that of what it says")
        self.last, self._changed = Link(seq, line.hash), True

    def _step_sound(self, read: Read, line: Line) -> None:
        expected = self.last.seq + 1
        if line.seq < expected:
            copied = self._hashes.get(line.seq) == line.hash
            kind: Kind = "foreign" if copied else "reordered"
            what = "it is a copy of an earlier line" if copied else "it is out of its place"
            self._add(kind, read, line.seq, what)
            self._hashes.setdefault(line.seq, line.hash)
            return
        if line.seq > expected:
            self._add_missing(read, line)
        elif line.previous != self.last.hash and not self._changed:
            before = self._at or read
            what = "its hash was made anew; the line behind it has the former one"
            self._add("edited", before, self.last.seq, what)
        if line.fields.get(EVENT) == SEALED and line.fields.get("damage") == HEAD_LOST:
            what = "the head was missing here: lines may have been cut off before"
            self._add("truncated", read, line.seq, what)
        self.last, self._changed = line.link, False
        self._hashes[line.seq] = line.hash

    def _add_missing(self, read: Read, line: Line) -> None:
        missing = range(self.last.seq + 1, line.seq)
        if self.present.intersection(missing):
            self._add("reordered", read, missing[0], f"line {line.seq} stands in its place")
        elif line.fields.get(EVENT) == SEALED and line.fields.get("damage") == SHORTENED:
            self._add("truncated", read, missing[0], f"{_words(missing)} cut off before this line")
        else:
            self._add("deleted", read, missing[0], f"{_words(missing)} missing before this line")

    def _close_gap(self, line: Line) -> None:
        """Say what the unreadable bytes before ``line`` are."""
        gap, self._gap = self._gap, []
        event = line.fields if line.sound and line.fields.get(EVENT) == SEALED else {}
        raw = b"".join(read.raw for read in gap)
        if event.get("damage") == TORN and is_seal_of(line, raw):
            what = f"{event.get('bytes')} bytes of a killed writer, sealed by line {line.seq}"
            self.sealed.append(Damage("torn", gap[0].file, gap[0].number, line.seq, what))
        elif event.get("damage") == SHORTENED:
            return  # what is left of a line that was cut; the missing numbers are named
        elif line.seq > self.last.seq + 1:
            for read in gap[: line.seq - self.last.seq - 1]:
                self._add("edited", read, self.last.seq + 1, "it cannot be read as a line any more")
                self.last, self._changed = Link(self.last.seq + 1, ""), True
        else:
            self._add("foreign", gap[0], self.last.seq + 1, "no writer of this log wrote it")

    def end(self, head: Link | None) -> None:
        """Hold the end of the log against its head."""
        behind = head.seq - self.last.seq if head else 0
        for read in self._gap[:1]:
            seq = self.last.seq + 1
            if behind > 0 and read.raw.endswith(b"\n"):
                self._add("edited", read, seq, "it cannot be read as a line any more")
                self.last, self._changed, behind = Link(seq, ""), True, behind - 1
            elif behind <= 0 and not read.raw.endswith(b"\n"):
                self._add("torn", read, seq, "a writer was killed; the next one seals this")
            elif behind <= 0:
                self._add("foreign", read, seq, "no writer of this log wrote it")
        if head is None:
            what = "the head is missing: nothing tells whether lines were cut off"
            self._add("truncated", self._at, self.last.seq, what)
        elif behind > 0:
            missing = range(self.last.seq + 1, head.seq + 1)
            what = f"the log ends here, and the head has {head.seq}: {_words(missing)} cut off"
            self._add("truncated", self._at, missing[0], what)
        else:
            self.hold_against(head, "the one that the head has")

    def hold_against(self, link: Link, which: str) -> None:
        """Compare a line with what is known of it elsewhere."""
        found = self._hashes.get(link.seq)
        if any(damage.seq == link.seq for damage in self.damages) or link == START:
            return
        if found is None:
            kind: Kind = "truncated" if link.seq > self.last.seq else "deleted"
            self._add(kind, self._at, link.seq, f"line {link.seq} is not there")
        elif found != link.hash:
            self._add("edited", self._at, link.seq, f"line {link.seq} is not {which}")

    def _add(self, kind: Kind, read: Read | None, seq: int, what: str) -> None:
        file, number = (read.file, read.number) if read else ("", 0)
        self.damages.append(Damage(kind, file, number, seq, what))


def _words(missing: range) -> str:
    if len(missing) == 1:
        return f"line {missing[0]} is"
    return f"lines {missing[0]} to {missing[-1]} are"
