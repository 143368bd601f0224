"""One full backup: the database's snapshot first, then the files it may speak of, then the proof.

The consistent point is the database's snapshot. Media files are written once, before the row that
names them is committed, and so every file that the snapshot knows is there when the files are read
after it; a file that came later is in the archive as well and harms nothing. What could break this
is a removal in between, so a lock in the database keeps the application's sweep of unused files
away (`MEDIA_LOCK`). Files that are still being received (`media_passing`) come and go; no row
speaks of them, and they are left out.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Final, cast

import psycopg
from zlib_ng import gzip_ng_threaded

from backup.catalog import Entry
from backup.clock import Clock
from backup.errors import BackupError, ScratchError, SourceError
from backup.full import blobs
from backup.full.archive import CONTEXT, DATABASE, MEDIA, ArchiveWriter
from backup.full.reading import archive_opener, copied_archive, member_check, text_opener
from backup.full.tree import CHUNK_BYTES, Copied, copied, look
from backup.making import Making, Plain, make
from backup.manifest import BlobFiles, FullParts, Reason
from backup.proof.run import prove
from backup.proof.texts import private_file
from backup.publish import Sink
from backup.settings import Settings
from backup.snapshot.session import Source, source_error
from backup.steps import step
from backup.taking import Taken, take

MEDIA_LOCK: Final = 0x6C656467_6D656469
"""Key of PostgreSQL's advisory lock (`ledgmedi`): shared while media are read; who removes media
files takes it exclusively. https://www.postgresql.org/docs/17/explicit-locking.html"""
COMPRESSION_LEVEL: Final = 1
"""Of the archive: the dump in it is compressed already, and so are most documents."""
EMERGENCY: Final = "emergency"


def back_up_full(settings: Settings, reason: Reason, clock: Clock, *, proved: bool = True) -> Entry:
    """Back everything up and prove it; return the backup's entry.

    With the reason `emergency` a file that cannot be read is noted in the manifest and left out;
    with any other it fails the run. Raises as `backup.making.make`.
    """

    def write(identifier: str, created: datetime, plain: Plain) -> tuple[Taken, FullParts | None]:
        content = _Content(settings, reason, int(created.timestamp()))
        taken = content.write(identifier, plain)
        return taken, content.parts

    def proof(entry: Entry, copy: IO[bytes] | None) -> None:
        prove_full(entry, settings, clock, copy)

    making = Making("full", "full backup", write, proof if proved else None)
    return make(making, settings, reason, clock)


def prove_full(
    entry: Entry, settings: Settings, clock: Clock, copy: IO[bytes] | None = None
) -> None:
    """Prove a full backup, from the plaintext `copy` where it is encrypted; raises as `prove`."""
    opened = archive_opener(settings.scratch, None) if copy is None else copied_archive(copy)
    prove(entry, settings, clock, text_opener(opened), member_check(opened))


@dataclass
class _Content:
    """Writes the archive's members and keeps what the manifest says of them."""

    settings: Settings
    reason: Reason
    mtime: int
    notes: list[str] = field(default_factory=list)
    parts: FullParts | None = None

    def write(self, identifier: str, plain: Plain) -> Taken:
        """Write the whole archive and return what was dumped."""
        with (
            private_file(self.settings.scratch) as dump,
            _media_kept(Source.of(self.settings)),
            _compressed(plain) as target,
        ):
            taken, described = self._dump(dump)
            writer = ArchiveWriter(target)
            writer.add(DATABASE, described)
            step("full.database-added")
            self._add_folder(writer, CONTEXT, self.settings.context_folder)
            step("full.context-added")
            self._add_folder(writer, MEDIA, self.settings.media)
            found = self._look_at_blobs(taken, writer)
            step("full.media-added")
            files = writer.finish(identifier, self.mtime)
        self.parts = FullParts(
            files=files,
            versions=self._facts("versions.json"),
            git=self._facts("git.json"),
            blobs=found,
            notes=tuple(self.notes),
        )
        return taken

    def _dump(self, into: IO[bytes]) -> tuple[Taken, Copied]:
        """Dump into a scratch file, because an archive wants to know a member's size first."""
        sink = Sink(into.fileno())
        try:
            taken = take(self.settings, sink, with_files=True)
        except OSError as error:
            raise ScratchError(
                f"{self.settings.scratch} cannot hold the dump: {error.strerror}",
                "make room in that folder",
            ) from error
        step("full.dumped")
        into.seek(0)
        return taken, Copied(into, sink.size, sink.sha256, 0o440, self.mtime, (0, 0))

    def _add_folder(self, writer: ArchiveWriter, prefix: str, folder: Path | None) -> None:
        if folder is None:
            self.notes.append(f"{prefix} is not configured")
            return
        tree = look(folder, self._leave_out)
        self.notes += [f"{prefix}{path} is no regular file" for path in tree.others]
        for file in tree.files:
            if prefix == MEDIA and self.settings.is_passing(file.path):
                continue
            try:
                with copied(folder, file.path, self.settings.scratch) as copy:
                    writer.add(f"{prefix}{file.path}", copy)
            except SourceError as error:
                self._leave_out(error)
            step("full.file-added")

    def _look_at_blobs(self, taken: Taken, writer: ArchiveWriter) -> BlobFiles | None:
        """Tell which rows of the snapshot have no whole file; that is noted, and fails nothing.

        What is lost in the source already must not keep the rest from being backed up.
        """
        if not taken.contents.blobs or self.settings.media is None:
            return None
        found = blobs.look_at(taken.files, writer.files)
        self.notes += blobs.notes(found)
        return found

    def _leave_out(self, error: SourceError) -> None:
        """Note what cannot be read, in an emergency; else raise it."""
        if self.reason != EMERGENCY:
            raise error
        self.notes.append(error.what)

    def _facts(self, name: str) -> dict[str, str]:
        """Read facts for the manifest from the context; what is not there is noted."""
        path = (self.settings.context_folder or Path("/nonexistent")) / name
        try:
            facts = json.loads(path.read_bytes())
            return {str(key): str(value) for key, value in facts.items()}
        except FileNotFoundError:
            self.notes.append(f"{name} was not given")
        except (OSError, ValueError, AttributeError) as error:
            if self.reason != EMERGENCY:
                raise BackupError(
                    f"{path} cannot be understood: {error}",
                    "start the backup by `make backup`, which writes it",
                ) from error
            self.notes.append(f"{name} cannot be understood")
        return {}


@contextmanager
def _compressed(target: Plain) -> Iterator[IO[bytes]]:
    with gzip_ng_threaded.open(  # type: ignore[no-untyped-call]
        target, "wb", compresslevel=COMPRESSION_LEVEL, threads=1, block_size=CHUNK_BYTES
    ) as opened:
        yield cast(IO[bytes], opened)


@contextmanager
def _media_kept(source: Source) -> Iterator[None]:
    """Keep the application from removing media files meanwhile; raises `SourceError`."""
    with source.connect() as session:
        try:
            session.execute("SELECT pg_catalog.pg_advisory_lock_shared(%s)", [MEDIA_LOCK])
        except psycopg.Error as error:
            raise source_error(error, source.database) from error
        step("full.media-locked")
        yield
