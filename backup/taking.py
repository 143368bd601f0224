"""Takes a database: dump and description side by side, both of one snapshot."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from backup.contents import Contents
from backup.dump import Dumped, dump
from backup.dump.stream import Writer
from backup.errors import BackupError
from backup.manifest import Server
from backup.settings import Settings
from backup.snapshot import blobs, cluster, tables
from backup.snapshot.reader import read_contents
from backup.snapshot.session import Session, Source, open_snapshot, source_error
from backup.steps import step


@dataclass(frozen=True)
class Taken:
    """What was dumped."""

    server: Server
    contents: Contents
    dumped: Dumped
    files: tuple[blobs.Row, ...] = ()
    """What the rows of `Contents.blobs` stand for, where that was asked for."""


def take(settings: Settings, writer: Writer, *, with_files: bool = False) -> Taken:
    """Dump the environment's database into `writer`, as gzip, and describe it.

    `with_files` also lists the files of the media that the snapshot's rows stand for.
    The description is read by a thread while the dump runs, in the very snapshot of the dump.
    Raises `SourceError`, `DumpError`; errors of `writer` pass through.
    """
    source = Source.of(settings)
    with open_snapshot(source) as (session, snapshot):
        server = cluster.server(session)
        with _described(session, settings) as description:
            dumped = dump(
                source,
                snapshot,
                writer,
                level=settings.compression_level,
                threads=settings.compression_threads,
                go_on=description.go_on,
            )
            contents = description.result()
        listed = tuple(blobs.rows(session, contents.blobs)) if with_files else ()
        now = tables.sequences(session)
        step("take.ended")
    stands = tables.moved(contents.sequences, now)
    return Taken(server, contents.model_copy(update={"sequences": stands}), dumped, listed)


class _Description(threading.Thread):
    """Reads the contents; its error is raised in the thread that asks."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(name="describe", daemon=True)
        self._session, self._settings = session, settings
        self._contents: Contents | None = None
        self._error: BaseException | None = None
        self._given_up = threading.Event()

    def run(self) -> None:
        try:
            self._contents = read_contents(
                self._session,
                digests=self._settings.content_digests,
                counts_transactions=self._settings.counts_transactions,
                stands_for_files=self._settings.stands_for_files,
                go_on=self._go_on_here,
            )
        except psycopg.Error as error:
            self._error = source_error(error, self._settings.database)
        except BaseException as error:  # raised again in the thread that waits
            self._error = error

    def go_on(self) -> None:
        """Raise this thread's error, if it has failed."""
        if self._error is not None:
            raise self._error

    def result(self) -> Contents:
        """Wait for the end and return what was read."""
        self.join()
        self.go_on()
        if self._contents is None:
            raise BackupError("the description has no result", "report this defect")
        return self._contents

    def give_up(self) -> None:
        """End the thread and whatever its session is doing."""
        self._given_up.set()
        while self.is_alive():
            self._session.cancel()
            self.join(0.1)

    def _go_on_here(self) -> None:
        if self._given_up.is_set():
            raise InterruptedError("given up")


@contextmanager
def _described(session: Session, settings: Settings) -> Iterator[_Description]:
    description = _Description(session, settings)
    description.start()
    try:
        yield description
    finally:
        description.give_up()
