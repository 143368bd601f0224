"""The archive of a full backup: a tar whose last member lists all the others.

    database.sql.gz      the dump, exactly as a database backup would hold it
    context/...          configuration, versions, git state, stack outputs, fixtures
    media/...            what people uploaded
    MANIFEST.json        path, size and SHA-256 of everything above, sealed

The list comes last because it is known last; an archive without it was cut short. Extraction
trusts nothing in the tar: a member counts only when the list that the caller brings (that of the
backup's manifest) has it with this size and checksum, and it may write nowhere but under its own
path. The format is POSIX.1-2001 (pax), so that any tar reads it.
"""

import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Final, Literal, Protocol, cast

from backup.canonical import Sealed
from backup.errors import ArchiveError, DamageError
from backup.full.tree import CHUNK_BYTES, Copied
from backup.manifest import MemberFile
from backup.steps import step
from infra.conventions import BACKUP_DUMP_MEMBER

DATABASE: Final = BACKUP_DUMP_MEMBER
CONTEXT: Final = "context/"
MEDIA: Final = "media/"
LIST: Final = "MANIFEST.json"
UNREADABLE: Final = (tarfile.TarError, EOFError, OSError, ValueError, zlib.error)
"""What a damaged archive makes its readers raise."""
REMEDY: Final = "choose another backup: `list` shows those that are proven"


class Writer(Protocol):
    """What an archive is written to."""

    def write(self, data: bytes, /) -> object:
        """Take all of `data`."""
        ...


class MemberList(Sealed):
    """The archive's own list of its members."""

    format: Literal[1] = 1
    id: str
    files: tuple[MemberFile, ...]


@dataclass
class ArchiveWriter:
    """Adds members to a tar stream and remembers what it added."""

    target: Writer
    files: list[MemberFile] = field(default_factory=list)

    def __post_init__(self) -> None:
        target = cast(IO[bytes], self.target)  # a stream to write needs no more than `write`
        self._tar = tarfile.open(  # noqa: SIM115 (closed by `finish`)
            mode="w|", fileobj=target, format=tarfile.PAX_FORMAT, bufsize=CHUNK_BYTES
        )

    def add(self, path: str, copy: Copied) -> None:
        """Add one file under `path`."""
        member = tarfile.TarInfo(path)
        member.size, member.mode, member.mtime = copy.size, copy.mode, copy.mtime
        member.uid, member.gid = copy.owner
        self._tar.addfile(member, copy.content)
        self.files.append(MemberFile(path=path, size=copy.size, sha256=copy.sha256))

    def add_bytes(self, path: str, content: bytes, mtime: int) -> None:
        """Add a file that is only in memory."""
        digest = hashlib.sha256(content).hexdigest()
        copy = Copied(BytesIO(content), len(content), digest, 0o440, mtime, (0, 0))
        self.add(path, copy)

    def finish(self, identifier: str, mtime: int) -> tuple[MemberFile, ...]:
        """Add the list, end the archive, and return what is in it besides the list."""
        files = tuple(self.files)
        document = MemberList(id=identifier, files=files).document()
        self.add_bytes(LIST, document, mtime)
        self._tar.close()
        step("full.archive.ended")
        return files


def extract(
    archive: IO[bytes], identifier: str, expected: Iterable[MemberFile], into: Path | None
) -> None:
    """Read an archive to its end; write its members under `into`, or nowhere when that is None.

    Raises `DamageError` for the first thing that is not as `expected` or as its own list says;
    what was written until then is the caller's to remove.
    """
    wanted = {file.path: file for file in expected}
    seen: set[str] = set()
    listed: MemberList | None = None
    for member, content in _members(archive):
        if listed is not None:
            raise DamageError(f"{identifier}: {member.name} stands after the list", REMEDY)
        if member.name == LIST:
            listed = _listed(content, identifier)
        else:
            _take(member, content, wanted, seen, into)
    if listed is None:
        raise DamageError(f"{identifier}: the archive ends before its list", REMEDY)
    if missing := sorted(set(wanted) - seen):
        raise DamageError(f"{identifier}: {_some(missing)} missing", REMEDY)
    if {file.path: file for file in listed.files} != wanted:
        raise DamageError(f"{identifier}: its own list is not that of its manifest", REMEDY)


def _members(archive: IO[bytes]) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    try:
        with tarfile.open(mode="r|", fileobj=archive, bufsize=CHUNK_BYTES) as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None:
                    raise DamageError(f"{member.name} in the archive is no file", REMEDY)
                yield member, content
        while archive.read(CHUNK_BYTES):
            pass  # to the end, so that what reads it can check its checksum
    except UNREADABLE as error:
        raise DamageError(f"the archive cannot be read: {error}", REMEDY) from error


def _listed(content: IO[bytes], identifier: str) -> MemberList:
    listed = MemberList.read(b"".join(_chunks(content, LIST)), LIST)
    if listed.id != identifier:
        raise DamageError(f"the archive of {identifier} is that of {listed.id}", REMEDY)
    return listed


def _take(
    member: tarfile.TarInfo,
    content: IO[bytes],
    wanted: Mapping[str, MemberFile],
    seen: set[str],
    into: Path | None,
) -> None:
    file = wanted.get(member.name)
    if file is None or member.name in seen:
        word = "twice" if file is not None else "but not in the manifest"
        raise DamageError(f"{member.name} is in the archive {word}", REMEDY)
    if not _is_safe(member.name):
        raise DamageError(f"{member.name} in the archive leads out of its folder", REMEDY)
    seen.add(member.name)
    digest, size = _copy(content, into / member.name if into is not None else None, member)
    if (size, digest) != (file.size, file.sha256):
        raise DamageError(f"{member.name} in the archive is not what was backed up", REMEDY)


def _copy(content: IO[bytes], target: Path | None, member: tarfile.TarInfo) -> tuple[str, int]:
    """Copy to `target`, a new file, and return the SHA-256 and size of what was there."""
    digest = hashlib.sha256()
    size = 0
    with _created(target) as output:
        for chunk in _chunks(content, member.name):
            digest.update(chunk)
            size += len(chunk)
            if output is not None:
                output.write(chunk)
        if output is not None:
            _describe(output, member)
    return digest.hexdigest(), size


@contextmanager
def _created(target: Path | None) -> Iterator[IO[bytes] | None]:
    if target is None:
        yield None
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as output:
            yield output
    except OSError as error:
        raise ArchiveError(
            f"{target} could not be written: {error.strerror}",
            f"make room on the disk that holds {target.parent}, then run the command again",
        ) from error


def _chunks(content: IO[bytes], name: str) -> Iterator[bytes]:
    try:
        while chunk := content.read(CHUNK_BYTES):
            yield chunk
    except UNREADABLE as error:
        raise DamageError(f"{name} in the archive cannot be read: {error}", REMEDY) from error


def _describe(output: IO[bytes], member: tarfile.TarInfo) -> None:
    """Force the new file to disk with its mode and time, and its owner where this process may."""
    output.flush()
    descriptor = output.fileno()
    os.fchmod(descriptor, member.mode & 0o777)
    if os.geteuid() == 0:
        os.fchown(descriptor, member.uid, member.gid)
    os.utime(descriptor, (member.mtime, member.mtime))
    os.fsync(descriptor)


def _is_safe(name: str) -> bool:
    parts = name.split("/")
    return not ({"", ".", ".."} & set(parts)) and "\0" not in name


def _some(paths: list[str]) -> str:
    more = f" and {len(paths) - 1} more are" if len(paths) > 1 else " is"
    return f"{paths[0]}{more}"
