"""A restore from its beginning to its end: staged, compared, swapped, verified.

What a person could notice begins only when everything was loaded and compared. From then on each
step may be run again, and a note in the archive folder says that it must be.
"""

import shutil
from dataclasses import dataclass

from backup.catalog import Entry
from backup.clock import Clock
from backup.database import back_up_database
from backup.encryption import Identities
from backup.errors import BackupError, RestoreError
from backup.full.archive import CONTEXT, MEDIA
from backup.full.run import back_up_full
from backup.locks import archive_lock
from backup.restore import journal, verify
from backup.restore import media as media_files
from backup.restore import plan as planning
from backup.restore.journal import Journal
from backup.restore.plan import Plan
from backup.restore.staging import Say, staged, sweep_staged
from backup.restore.swap import MAINTENANCE, connector, exists, named, refused, swap
from backup.settings import Settings
from backup.snapshot.session import Source
from backup.steps import step
from backup.sweeping import sweep


@dataclass(frozen=True)
class Wanted:
    """What a person asked for."""

    entry: Entry
    identities: Identities | None = None
    unproven: bool = False
    """Whether a backup without a proof is taken knowingly."""
    safety: bool = True
    """Whether what is there now is backed up first."""


@dataclass(frozen=True)
class Restored:
    """A restore that has ended, and what its verification found."""

    id: str
    steps: tuple[verify.Step, ...]

    @property
    def verified(self) -> bool:
        """Whether nothing is wrong."""
        return all(step.ok for step in self.steps)


def plan(wanted: Wanted, settings: Settings, clock: Clock) -> Plan:
    """Say what the restore would do; nothing is changed. Raises `BackupError` where it cannot."""
    manifest = planning.check(wanted.entry, unproven=wanted.unproven)
    with refused():
        live = _live(settings)
    planning.check_server(manifest, live)
    files = planning.media_files(manifest)
    replaced = planning.check_media(files, settings.media) if files is not None else 0
    restore = planning.free_id(clock, settings, live.databases)
    return Plan(
        id=restore,
        entry=wanted.entry,
        manifest=manifest,
        into=settings.environment,
        names=planning.names(settings, restore),
        media=files,
        live=live,
        replaced=replaced,
        safety=wanted.safety,
    )


def restore(wanted: Wanted, settings: Settings, clock: Clock, say: Say) -> Restored:
    """Restore a backup and verify it.

    Until everything was loaded and compared, whatever fails leaves things as they were. A later
    failure leaves a note: `resume` goes on from there. Raises `BackupError`.
    """
    under_way = journal.read(settings.folder)
    if under_way is not None:
        raise RestoreError(
            f"the restore {under_way.restore} of {under_way.manifest.id} was interrupted",
            "go on with it first: `restore --resume`",
        )
    intended = plan(wanted, settings, clock)
    for sentence in intended.sentences():
        say(sentence)
    if intended.makes_safety_backup:
        _safety_backup(intended, settings, clock, say)
    with archive_lock(settings.folder, "restore", settings.lock_seconds), refused():
        sweep(settings)
        sweep_staged(settings)
        with staged(intended, wanted.identities, settings, say):
            note = Journal(restore=intended.id, begun=clock(), manifest=intended.manifest)
            journal.write(settings.folder, note)
            return _change(note, settings, say)


def resume(settings: Settings, say: Say) -> Restored:
    """Go on with an interrupted restore; raises `RestoreError` when there is none."""
    with archive_lock(settings.folder, "restore", settings.lock_seconds), refused():
        under_way = journal.read(settings.folder)
        if under_way is None:
            raise RestoreError("no restore was interrupted", "there is nothing to go on with")
        say(f"Going on with the restore {under_way.restore} of {under_way.manifest.id}.")
        return _change(under_way, settings, say)


def _live(settings: Settings) -> planning.Live:
    with connector(settings)(MAINTENANCE) as session:
        databases = tuple(named(session, settings.database))
        version = session.info.server_version
    if settings.database not in databases:
        return planning.Live(version, databases, False, None)
    with Source.of(settings).connect() as session:
        row = session.execute(
            "SELECT coalesce(sum(n_live_tup), 0)::bigint FROM pg_catalog.pg_stat_user_tables"
        ).fetchone()
    return planning.Live(version, databases, True, int(str(row[0])) if row else None)


def _safety_backup(intended: Plan, settings: Settings, clock: Clock, say: Say) -> None:
    """Back up what is there, as much of it as the restore will replace."""
    say("Making the safety backup of what is there now.")
    back_up = back_up_database if intended.media is None else back_up_full
    try:
        entry = back_up(settings, "safety", clock)
    except BackupError as error:
        error.remedy += "; if what is there is beyond that, restore with --no-safety-backup"
        raise
    say(f"It is {entry.id}, and it is proven.")
    step("restore.safety-backup-made")


def _change(note: Journal, settings: Settings, say: Say) -> Restored:
    """Bring what was staged into its place and verify it; may be run again at any point."""
    folder, files = settings.media, planning.media_files(note.manifest)
    names = planning.names(settings, note.restore)
    connect = connector(settings)
    step("restore.begun")
    if files is not None and folder is not None:
        kept = media_files.before(folder, note.restore)
        source = media_files.staging(folder, note.restore) / MEDIA
        say(f"{media_files.add(folder, source, kept, files):,} media files added.")
    with connect(MAINTENANCE) as session:
        waiting = exists(session, names.staged)
    if waiting:
        swap(connect, names)
    say(f"{names.live} is the restored database; the old one is {names.kept}.")
    if files is not None and folder is not None:
        aside = media_files.set_aside(folder, kept, files)
        say(f"{aside:,} media files set aside in {kept.name}.")
    say("Verifying.")
    steps = _verified(note, settings)
    if folder is not None:
        shutil.rmtree(media_files.staging(folder, note.restore), ignore_errors=True)
    journal.clear(settings.folder)
    return Restored(note.restore, steps)


def _verified(note: Journal, settings: Settings) -> tuple[verify.Step, ...]:
    steps = [verify.transactions(Source.of(settings), note.manifest)]
    files = planning.media_files(note.manifest)
    if files is not None and settings.media is not None:
        steps.append(verify.media(settings.media, files))
        context = media_files.staging(settings.media, note.restore) / CONTEXT
        steps.append(verify.configuration(context, settings.context_folder))
    if settings.media is not None:
        steps.append(verify.files_of_rows(Source.of(settings), note.manifest, settings.media))
    answer = verify.application(settings.application_url, settings.application_seconds)
    return (*steps, answer)
