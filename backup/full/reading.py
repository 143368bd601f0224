"""Reading a full backup's archive: its members for the light check, its dump for the proof."""

import tarfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, cast

from backup.catalog import Entry
from backup.check import MemberCheck
from backup.encryption import Identities
from backup.errors import DamageError, EncryptionError
from backup.full.archive import DATABASE, REMEDY, UNREADABLE, extract
from backup.full.tree import CHUNK_BYTES
from backup.manifest import FullParts
from backup.proof.loading import Readable
from backup.proof.texts import OpenText, Text, decrypted, opener, private_file

OpenArchive = Callable[[Entry], AbstractContextManager[IO[bytes]]]
"""Opens the tar of a full backup; what it gives raises `DamageError` while it is read."""


def archive_opener(scratch: Path, identities: Identities | None) -> OpenArchive:
    """Return what opens archives as they lie; encrypted ones through `identities`."""

    @contextmanager
    def open_archive(entry: Entry) -> Iterator[IO[bytes]]:
        payload = entry.manifest.payload if entry.manifest else None
        if payload is None or not payload.encrypted:
            with _opened(entry.payload_path) as file:
                yield tar_of(file, entry.payload_path.name)
            return
        if identities is None or payload.plaintext is None:
            raise EncryptionError(
                f"{payload.name} is encrypted", "name the file of its private key: --identity FILE"
            )
        with private_file(scratch) as plain:
            decrypted(entry.payload_path, payload.plaintext, identities, plain)
            yield tar_of(plain, payload.name)

    return open_archive


def copied_archive(copy: IO[bytes]) -> OpenArchive:
    """Return what opens the archive from the plaintext that was kept while it was encrypted."""

    @contextmanager
    def open_archive(entry: Entry) -> Iterator[IO[bytes]]:
        copy.seek(0)
        yield tar_of(copy, entry.payload_path.name)

    return open_archive


def tar_of(compressed: IO[bytes], name: str) -> IO[bytes]:
    """Return the tar within a gzip stream, for `tarfile` to read as a stream."""
    return cast(IO[bytes], Text(compressed, name))  # a stream to read needs no more than `read`


def member_check(open_archive: OpenArchive) -> MemberCheck:
    """Return the light check of archives: every member, byte for byte, and no other."""

    def problems(entry: Entry) -> list[str]:
        try:
            with open_archive(entry) as archive:
                extract(archive, entry.id, parts(entry).files, None)
        except DamageError as error:
            return [error.what]
        return []

    return problems


def text_opener(open_archive: OpenArchive) -> OpenText:
    """Return what opens the dump's text within an archive."""

    @contextmanager
    def open_text(entry: Entry) -> Iterator[Readable]:
        with open_archive(entry) as archive, _dump_in(archive, entry.id) as compressed:
            yield Text(compressed, f"{DATABASE} of {entry.id}")

    return open_text


def readers(
    entry: Entry, scratch: Path, identities: Identities | None
) -> tuple[OpenText, MemberCheck | None]:
    """Return what opens the dump of a backup of either kind, and what checks a full one's members.

    Members of an encrypted one cannot be looked at without its private key.
    """
    if entry.kind == "db":
        return opener(scratch, identities), None
    encrypted = entry.manifest is not None and entry.manifest.payload.encrypted
    opened = archive_opener(scratch, identities)
    readable = not encrypted or identities is not None
    return text_opener(opened), member_check(opened) if readable else None


def parts(entry: Entry) -> FullParts:
    """Return what the manifest of a full backup lists; raises `DamageError` when it cannot."""
    if entry.manifest is None or entry.manifest.full is None:
        raise DamageError("; ".join(entry.problems) or f"{entry.id} is no full backup", REMEDY)
    return entry.manifest.full


@contextmanager
def _dump_in(archive: IO[bytes], identifier: str) -> Iterator[IO[bytes]]:
    try:
        with tarfile.open(mode="r|", fileobj=archive, bufsize=CHUNK_BYTES) as tar:
            for member in tar:
                content = tar.extractfile(member) if member.name == DATABASE else None
                if content is not None:
                    yield content
                    return
    except UNREADABLE as error:
        raise DamageError(f"{identifier}: its archive cannot be read: {error}", REMEDY) from error
    raise DamageError(f"{identifier}: its archive has no {DATABASE}", REMEDY)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise DamageError(f"{path.name} cannot be read: {error.strerror}", REMEDY) from error
    with file:
        yield file
