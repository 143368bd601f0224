"""A restore from its beginning to its end: staged, compared, swapped, verified.

What a person could notice begins only when everything was loaded and compared. From then on each
step may be run again, and a note in the archive folder says that it must be.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from backup.catalog import Catalog, Entry
from backup.check import check as light_check
from backup.clock import Clock
from backup.database import back_up_database
from backup.encryption import Identities
from backup.errors import DamageError, RestoreError
from backup.full.archive import CONTEXT, DATABASE, MEDIA, extract
from backup.full.reading import archive_opener, parts
from backup.full.run import back_up_full
from backup.locks import archive_lock
from backup.manifest import MemberFile
from backup.proof.comparing import compare, differences
from backup.proof.loading import Readable
from backup.proof.restoring import read_back, restore_into
from backup.proof.texts import dump_text, opener
from backup.restore import journal, verify
from backup.restore import media as media_files
from backup.restore import plan as planning
from backup.restore.journal import Journal
from backup.restore.plan import Plan
from backup.restore.swap import MAINTENANCE, Names, drop, exists, swap
from backup.settings import Settings
from backup.snapshot.session import Session, Source, source_error
from backup.steps import step
from backup.sweeping import sweep

MARKER: Final = ("core_environmentmarker", "name")
"""The application's table and column that say which environment a database belongs to."""
NAMED: Final = 5
"""Differences that an error quotes."""
Say = Callable[[str], None]
"""Shows a person what is being done."""


@dataclass(frozen=True)
class Wanted:
    """What a person asked for."""

    entry: Entry
    identities: Identities | None = None
    unproven: bool = False
    """Whether a backup without a proof is taken knowingly."""
    safety: bool = True
    """Whether what is there now is backed up first."""


def plan(wanted: Wanted, settings: Settings, clock: Clock) -> Plan:
    """Say what the restore would do; nothing is changed. Raises `BackupError` where it cannot."""
    manifest = planning.check(wanted.entry, unproven=wanted.unproven)
    live = _live(settings)
    planning.check_server(manifest, live)
    files = planning.media_files(manifest)
    replaced = planning.check_media(files, settings.media) if files is not None else 0
    restore = journal.identifier(clock())
    names = planning.names(settings, restore)
    into = settings.environment
    return Plan(restore, wanted.entry, manifest, into, names, files, live, replaced)


def restore(wanted: Wanted, settings: Settings, clock: Clock, say: Say) -> list[verify.Step]:
    """Restore a backup and return the verification's steps.

    Until everything was loaded and compared, whatever fails leaves things as they were. A later
    failure leaves a note: `resume` goes on from there. Raises `BackupError`.
    """
    under_way = journal.read(settings.folder)
    if under_way is not None:
        raise RestoreError(
            f"the restore {under_way.restore} of {under_way.backup} was interrupted",
            "go on with it first: `restore --resume`",
        )
    intended = plan(wanted, settings, clock)
    for sentence in intended.sentences():
        say(sentence)
    if wanted.safety and intended.live.database_exists:
        _safety_backup(intended, settings, clock, say)
    with archive_lock(settings.folder, "restore", settings.lock_seconds):
        sweep(settings)
        _sweep_staged(settings)
        with _staged(intended, wanted, settings, say) as context:
            _begin(intended, settings, clock)
            _change(intended.names, intended.id, intended.media, settings, say)
            say("Verifying.")
            return _verified(intended, settings, context)


def resume(settings: Settings, say: Say) -> list[verify.Step]:
    """Go on with an interrupted restore; raises `RestoreError` when there is none."""
    with archive_lock(settings.folder, "restore", settings.lock_seconds):
        under_way = journal.read(settings.folder)
        if under_way is None:
            raise RestoreError("no restore was interrupted", "there is nothing to go on with")
        manifest = (
            Catalog(settings.archive / under_way.environment).entry(under_way.backup).manifest
        )
        if manifest is None:
            raise RestoreError(
                f"the manifest of {under_way.backup} is damaged, so its files are not known",
                "bring it back from an off-site copy (`offsite pull`), then run this again",
            )
        files = planning.media_files(manifest) if under_way.with_media else None
        names = planning.names(settings, under_way.restore)
        say(f"Going on with the restore {under_way.restore} of {under_way.backup}.")
        _change(names, under_way.restore, files, settings, say)
        source = Source.of(settings)
        steps = [verify.transactions(source, manifest)]
        if files is not None and settings.media is not None:
            steps.append(verify.media(settings.media, files))
        return [*steps, verify.application(settings.application_url)]


def _live(settings: Settings) -> planning.Live:
    source = replace(Source.of(settings), database=MAINTENANCE)
    with source.connect() as session:
        there = exists(session, settings.database)
        version = session.info.server_version
    if not there:
        return planning.Live(version, False, None)
    with Source.of(settings).connect() as session:
        row = session.execute(
            "SELECT coalesce(sum(n_live_tup), 0)::bigint FROM pg_catalog.pg_stat_user_tables"
        ).fetchone()
    return planning.Live(version, True, int(str(row[0])) if row else None)


def _safety_backup(intended: Plan, settings: Settings, clock: Clock, say: Say) -> None:
    """Back up what is there, as much of it as the restore will replace."""
    say("Making the safety backup of what is there now.")
    back_up = back_up_database if intended.media is None else back_up_full
    entry = back_up(settings, "safety", clock)
    say(f"It is {entry.id}, and it is proven.")
    step("restore.safety-backup-made")


def _sweep_staged(settings: Settings) -> None:
    """Remove databases and files that an earlier restore staged and never swapped."""
    prefix = planning.names(settings, "").staged
    with _connect(settings)(MAINTENANCE) as session:
        query = "SELECT datname FROM pg_catalog.pg_database WHERE starts_with(datname, %s)"
        left = [str(row[0]) for row in session.execute(query, [prefix]).fetchall()]
    for name in left:
        drop(_connect(settings), name)
    if settings.media is not None and settings.media.is_dir():
        for folder in settings.media.glob(f"{media_files.STAGED}*"):
            shutil.rmtree(folder)


@contextmanager
def _staged(intended: Plan, wanted: Wanted, settings: Settings, say: Say) -> Iterator[Path | None]:
    """Load and compare everything beside what serves; give the folder of the backup's context.

    On any failure before the change begins, what was staged is removed.
    """
    folder = _staging_folder(intended, settings)
    try:
        with _opened(intended, wanted, settings, folder, say) as text:
            say(f"Loading {intended.names.staged}.")
            _load(intended, settings, text)
        step("restore.staged")
        yield folder / CONTEXT if folder is not None else None
    except BaseException:
        if journal.read(settings.folder) is None:
            drop(_connect(settings), intended.names.staged)
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
        raise
    if folder is not None:
        shutil.rmtree(folder)


def _staging_folder(intended: Plan, settings: Settings) -> Path | None:
    if intended.media is None or settings.media is None:
        return None
    return media_files.staging(settings.media, intended.id)


@contextmanager
def _opened(
    intended: Plan, wanted: Wanted, settings: Settings, folder: Path | None, say: Say
) -> Iterator[Readable]:
    """Check the payload, extract a full one, and give the dump's text."""
    say(f"Checking {intended.manifest.payload.name}.")
    if problems := light_check(intended.entry):
        raise DamageError("; ".join(problems), planning.OTHER)
    if folder is None:
        with opener(settings.scratch, wanted.identities)(intended.entry) as text:
            yield text
        return
    say("Extracting the archive.")
    folder.mkdir(mode=0o700)
    with archive_opener(settings.scratch, wanted.identities)(intended.entry) as archive:
        extract(archive, intended.entry.id, parts(intended.entry).files, folder)
    step("restore.extracted")
    with dump_text(folder / DATABASE) as text:
        yield text


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
            f"the environment is as it was; {planning.OTHER}",
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


def _begin(intended: Plan, settings: Settings, clock: Clock) -> None:
    journal.write(
        settings.folder,
        Journal(
            restore=intended.id,
            backup=intended.entry.id,
            environment=intended.manifest.environment,
            begun=clock(),
            with_media=intended.media is not None,
        ),
    )
    step("restore.begun")


def _change(
    names: Names,
    restore: str,
    files: tuple[MemberFile, ...] | None,
    settings: Settings,
    say: Say,
) -> None:
    """Bring the staged database and files into their places; may be run again at any point."""
    folder = settings.media
    if files is not None and folder is not None:
        staged = media_files.staging(folder, restore) / MEDIA
        kept = media_files.before(folder, restore)
        say(f"{media_files.add(folder, staged, kept, files):,} media files added.")
    connect = _connect(settings)
    with connect(MAINTENANCE) as session:
        waiting = exists(session, names.staged)
    if waiting:
        swap(connect, names)
    say(f"{names.live} is the restored database; the old one is {names.kept}.")
    if files is not None and folder is not None:
        kept = media_files.before(folder, restore)
        aside = media_files.set_aside(folder, kept, files)
        say(f"{aside:,} media files set aside in {kept.name}.")
        shutil.rmtree(media_files.staging(folder, restore) / MEDIA, ignore_errors=True)
    journal.clear(settings.folder)


def _verified(intended: Plan, settings: Settings, context: Path | None) -> list[verify.Step]:
    steps = [verify.transactions(Source.of(settings), intended.manifest)]
    if intended.media is not None and settings.media is not None:
        steps.append(verify.media(settings.media, intended.media))
    if context is not None:
        steps.append(verify.configuration(context, settings.context_folder))
    return [*steps, verify.application(settings.application_url)]


def _connect(settings: Settings) -> Callable[[str], Session]:
    source = Source.of(settings)
    return lambda database: replace(source, database=database).connect()
