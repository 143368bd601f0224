"""What happens to files: a seeded generator of damage to one backup.

A mutation is a function of the folder's files, which returns other files. One that leaves every
byte where it was is no mutation and is drawn again.
"""

import gzip
import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from backup.encryption import Recipients
from backup.manifest import Manifest
from tests.integration.backup.made_backups import Papers, encrypted, papers_of

SECTOR = 512


@dataclass(frozen=True)
class Subject:
    """The backup to be damaged, among others in its folder."""

    id: str
    payload: str
    files: Papers
    """All files of the folder."""
    older: Papers
    """Files of an older backup of the same environment, also in the folder."""
    foreign: Papers
    """Files of another environment's backup of the same second, not in the folder."""
    plain: bytes
    """The payload before encryption; the payload itself when it is not encrypted."""
    other_key: Recipients

    @property
    def manifest(self) -> str:
        return f"{self.id}.json"

    @property
    def proof(self) -> str:
        return f"{self.id}.proof.json"

    @property
    def parts(self) -> tuple[str, str, str]:
        return self.payload, self.manifest, self.proof


Mutate = Callable[[random.Random, Subject], Papers]


def mutated(rng: random.Random, subject: Subject) -> tuple[str, Papers]:
    """Draw one mutation; return its name and the files that it leaves."""
    while True:
        name = rng.choice(sorted(MUTATIONS))
        files = MUTATIONS[name](rng, subject)
        if files != subject.files:
            return name, files


def _changed(rng: random.Random, subject: Subject, change: Callable[[bytearray], None]) -> Papers:
    """Change the bytes of one part, the payload half of the time."""
    part = rng.choice((subject.payload, subject.payload, subject.manifest, subject.proof))
    content = bytearray(subject.files[part])
    change(content)
    return {**subject.files, part: bytes(content)}


def _span(rng: random.Random, content: bytearray, unit: int = 1) -> slice:
    start = rng.randrange(len(content)) // unit * unit
    return slice(start, min(start + unit * rng.randint(1, 8), len(content)))


def flip_bits(rng: random.Random, subject: Subject) -> Papers:
    """Flip one to eight bits anywhere."""

    def change(content: bytearray) -> None:
        for _ in range(rng.randint(1, 8)):
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)

    return _changed(rng, subject, change)


def truncate(rng: random.Random, subject: Subject) -> Papers:
    """Cut the end off, as a full disk does."""

    def change(content: bytearray) -> None:
        del content[rng.choice((0, len(content) - 1, rng.randrange(len(content)))) :]

    return _changed(rng, subject, change)


def zero_blocks(rng: random.Random, subject: Subject) -> Papers:
    """Zero sectors, as a file system does after a loss of power."""

    def change(content: bytearray) -> None:
        span = _span(rng, content, SECTOR)
        content[span] = bytes(span.stop - span.start)

    return _changed(rng, subject, change)


def swap_blocks(rng: random.Random, subject: Subject) -> Papers:
    """Swap two sectors."""

    def change(content: bytearray) -> None:
        sectors = len(content) // SECTOR
        if sectors < 2:
            return
        first, second = (SECTOR * n for n in rng.sample(range(sectors), 2))
        one, other = content[first : first + SECTOR], content[second : second + SECTOR]
        content[first : first + SECTOR], content[second : second + SECTOR] = other, one

    return _changed(rng, subject, change)


def insert_bytes(rng: random.Random, subject: Subject) -> Papers:
    """Put bytes in, at the end or elsewhere: noise, blanks or a repetition."""

    def change(content: bytearray) -> None:
        place = rng.choice((len(content), rng.randrange(len(content))))
        more = rng.choice((rng.randbytes(8), b" ", b"\n", b"\0" * SECTOR, bytes(content[:place])))
        content[place:place] = more

    return _changed(rng, subject, change)


def remove_bytes(rng: random.Random, subject: Subject) -> Papers:
    """Take bytes out of the middle."""

    def change(content: bytearray) -> None:
        del content[_span(rng, content)]

    return _changed(rng, subject, change)


def delete_part(rng: random.Random, subject: Subject) -> Papers:
    """Remove one or two of the parts."""
    gone = rng.sample(subject.parts, rng.randint(1, 2))
    return {name: content for name, content in subject.files.items() if name not in gone}


def rename_part(rng: random.Random, subject: Subject) -> Papers:
    """Give one part, or all, the name of another second, another kind, or none of ours."""
    kinds = {"_db_": "_full_", "_full_": "_db_"}
    kind = next(word for word in kinds if word in subject.id)
    second = f"{rng.randrange(24):02}{rng.randrange(60):02}{rng.randrange(60):02}"
    stems = (subject.id[:-6] + second, subject.id.replace(kind, kinds[kind]), "copy")
    stem = rng.choice(stems)
    moved = rng.choice(((subject.payload,), (subject.manifest,), (subject.proof,), subject.parts))
    if stem == "copy" and moved == subject.parts:
        moved = (subject.payload,)  # all three under names of nobody's: a backup that is not there
    return {
        (name.replace(subject.id, stem) if name in moved else name): content
        for name, content in subject.files.items()
    }


def stale_part(rng: random.Random, subject: Subject) -> Papers:
    """Put a part of an older backup in a part's place."""
    return _replaced(rng, subject, subject.older)


def foreign_part(rng: random.Random, subject: Subject) -> Papers:
    """Put a part, or all, of another environment's backup of the same second in place."""
    if rng.random() < 0.2:
        return {**subject.files, **subject.foreign}
    return _replaced(rng, subject, subject.foreign)


def _replaced(rng: random.Random, subject: Subject, other: Papers) -> Papers:
    parts = dict(zip(subject.parts, other.values(), strict=True))
    part = rng.choice(subject.parts)
    return {**subject.files, part: parts[part]}


def cut_and_zip(rng: random.Random, subject: Subject) -> Papers:
    """Cut the text and compress it cleanly: `gzip -t` sees nothing."""
    return {**subject.files, subject.payload: _cut(rng, subject)}


def cut_zip_and_seal(rng: random.Random, subject: Subject) -> Papers:
    """The same with a manifest and a proof that say so: only the end of the content shows it."""
    if subject.payload.endswith(".age"):
        return cut_and_zip(rng, subject)  # what is inside is seen with the private key only
    stored = _cut(rng, subject)
    manifest = Manifest.read(subject.files[subject.manifest], subject.manifest)
    described = manifest.payload.model_copy(
        update={"size": len(stored), "sha256": hashlib.sha256(stored).hexdigest()}
    )
    sealed = manifest.model_copy(update={"payload": described})
    return {**subject.files, **papers_of(sealed, stored)}


def _cut(rng: random.Random, subject: Subject) -> bytes:
    text = gzip.decompress(subject.plain)
    content = len(text.rstrip(b"\0"))  # a tar is padded: less padding is no loss
    return gzip.compress(text[: rng.randrange(content)], compresslevel=0, mtime=0)


def wrong_key(rng: random.Random, subject: Subject) -> Papers:
    """Encrypt the payload to another key."""
    return {**subject.files, subject.payload: encrypted(subject.plain, subject.other_key)}


def edit_value(rng: random.Random, subject: Subject) -> Papers:
    """Change one value of a paper by a program that writes it just as we do."""
    part = rng.choice((subject.manifest, subject.proof))
    content = json.loads(subject.files[part])
    place, key = rng.choice(list(_places(content)))
    value = place[key]
    place[key] = value + 1 if isinstance(value, int) else f"{value}x" if value else "x"
    text = json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False)
    return {**subject.files, part: f"{text}\n".encode()}


def restyle(rng: random.Random, subject: Subject) -> Papers:
    """Write a paper anew with the same values in other white space."""
    part = rng.choice((subject.manifest, subject.proof))
    content = json.loads(subject.files[part])
    text = json.dumps(content, sort_keys=rng.random() < 0.5, indent=rng.choice((None, 0, 2, 4)))
    return {**subject.files, part: f"{text}{rng.choice(('', chr(10)))}".encode()}


def edit_and_seal(rng: random.Random, subject: Subject) -> Papers:
    """Change what a manifest says and seal it again: its proof is another manifest's."""
    manifest = Manifest.read(subject.files[subject.manifest], subject.manifest)
    rows = dict(manifest.contents.tables)
    rows[rng.choice(sorted(rows))] += rng.randint(1, 1000)
    contents = manifest.contents.model_copy(update={"tables": rows})
    edited = manifest.model_copy(update={"contents": contents})
    return {**subject.files, subject.manifest: edited.document()}


def _places(value: object):
    """Every place in a JSON value that holds no list or mapping."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if isinstance(inner, dict | list):
            yield from _places(inner)
        else:
            yield value, key


MUTATIONS: dict[str, Mutate] = {
    function.__name__: function
    for function in (
        flip_bits,
        truncate,
        zero_blocks,
        swap_blocks,
        insert_bytes,
        remove_bytes,
        delete_part,
        rename_part,
        stale_part,
        foreign_part,
        cut_and_zip,
        cut_zip_and_seal,
        wrong_key,
        edit_value,
        restyle,
        edit_and_seal,
    )
}
