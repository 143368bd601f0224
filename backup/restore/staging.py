"""Loading a backup beside what serves, and comparing it, before anything changes."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from backup.check import check as light_check
from backup.encryption import Identities
from backup.errors import BackupError, DamageError, RestoreError
from backup.full.archive import DATABASE, extract
from backup.full.reading import archive_opener, parts
from backup.proof.comparing import compare, differences
from backup.proof.loading import Readable
from backup.proof.restoring import read_back, restore_into
from backup.proof.texts import dump_text, opener
from backup.restore import journal
from backup.restore import media as media_files
from backup.restore.plan import OTHER, Plan, names
from backup.restore.swap import MAINTENANCE, connector, drop, named
from backup.settings import Settings
from backup.snapshot.session import Session, Source, source_error
from backup.steps import step

MARKER: Final = ("core_environmentmarker", "name")
"""The application's table and column that say which environment a database belongs to."""
NAMED: Final = 5
"""Differences that an error quotes."""
Say = Callable[[str], None]
"""Shows a person what is being done."""


@contextmanager
def staged(
    intended: Plan, identities: Identities | None, settings: Settings, say: Say
) -> Iterator[None]:
    """Load and compare everything beside what serves, for the block that changes it.

    On any failure before the change has begun, what was staged is removed.
    """
    try:
        with _opened(intended, identities, settings, say) as text:
            say(f"Loading {intended.names.staged}.")
            _load(intended, settings, text)
        step("restore.staged")
        yield
    except BaseException:
        with suppress(BackupError):  # what has failed is what a person must hear
            if journal.read(settings.folder) is None:
                sweep_staged(settings)
        raise


def sweep_staged(settings: Settings) -> None:
    """Remove databases and files that a restore staged and never swapped.

    To be called under the archive's lock, and only while no restore is under way.
    """
    connect = connector(settings)
    with connect(MAINTENANCE) as session:
        left = named(session, names(settings, "").staged)
    for name in left:
        drop(connect, name)
    if settings.media is not None and settings.media.is_dir():
        for folder in settings.media.glob(f"{media_files.STAGED}*"):
            shutil.rmtree(folder)
    step("restore.swept")


@contextmanager
def _opened(
    intended: Plan, identities: Identities | None, settings: Settings, say: Say
) -> Iterator[Readable]:
    """Check the payload, extract a full one, and give the dump's text."""
    entry = intended.entry
    say(f"Checking {intended.manifest.payload.name}.")
    if problems := light_check(entry):
        raise DamageError("; ".join(problems), OTHER)
    if intended.media is None or settings.media is None:
        with opener(settings.scratch, identities)(entry) as text:
            yield text
        return
    say("Extracting the archive.")
    folder = media_files.staging(settings.media, intended.id)
    _make(folder)
    with archive_opener(settings.scratch, identities)(entry) as archive:
        extract(archive, entry.id, parts(entry).files, folder)
    step("restore.extracted")
    with dump_text(folder / DATABASE) as text:
        yield text


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise RestoreError(
            f"{folder} cannot be made: {error.strerror}", "see that the media volume is writable"
        ) from error


def _load(intended: Plan, settings: Settings, text: Readable) -> None:
    maintenance = replace(Source.of(settings), database=MAINTENANCE)
    target = replace(Source.of(settings), database=intended.names.staged)
    expected = intended.manifest.contents
    try:
        restore_into(maintenance, target, expected, text)
        found = read_back(target, expected)
        if intended.foreign:
            with target.connect() as session:
                _mark(session, intended.into)
    except psycopg.Error as error:
        raise source_error(error, intended.names.staged) from error
    if wrong := differences(compare(expected, found, whole_cluster=False)):
        more = f"; and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        raise RestoreError(
            f"what was loaded is not what was backed up: {'; '.join(wrong[:NAMED])}{more}",
            f"the environment is as it was; {OTHER}",
        )
    step("restore.compared")


def _mark(session: Session, environment: str) -> None:
    """Give the staged database to the environment that gets it."""
    table, column = MARKER
    there = session.execute("SELECT pg_catalog.to_regclass(%s)", [f"public.{table}"]).fetchone()
    if there is not None and there[0] is not None:
        statement = SQL("UPDATE public.{} SET {} = {}")
        session.execute(
            statement.format(Identifier(table), Identifier(column), Literal(environment))
        )
