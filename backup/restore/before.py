"""What restores have set aside: seen, taken back, and let go of when a person says so."""

import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from backup.errors import NotFoundError, RestoreError
from backup.full.tree import look
from backup.locks import archive_lock
from backup.manifest import MemberFile
from backup.restore import journal
from backup.restore import media as media_files
from backup.restore.plan import names
from backup.restore.swap import MAINTENANCE, Connect, Names, drop, swap
from backup.settings import Settings
from backup.snapshot.session import Source


@dataclass(frozen=True)
class Kept:
    """The state before one restore."""

    restore: str
    """The restore's id."""
    database: str | None
    """Its name now; None when only files were set aside."""
    files: int


def kept(settings: Settings) -> list[Kept]:
    """List what is kept, the oldest first."""
    prefix = names(settings, "").kept
    with _connect(settings)(MAINTENANCE) as session:
        query = "SELECT datname FROM pg_catalog.pg_database WHERE starts_with(datname, %s)"
        found = {str(row[0]).removeprefix(prefix) for row in session.execute(query, [prefix])}
    databases = set(found)
    if settings.media is not None and settings.media.is_dir():
        folders = settings.media.glob(f"{media_files.KEPT}*")
        found |= {folder.name.removeprefix(media_files.KEPT) for folder in folders}
    return [
        Kept(
            restore,
            f"{prefix}{restore}" if restore in databases else None,
            len(_files(settings, restore)),
        )
        for restore in sorted(found)
    ]


def undo(settings: Settings, restore: str) -> Names:
    """Bring back what was before a restore; the restored database is kept under another name.

    Files that were set aside go back to their places; what the restore added stays, which the old
    database does not mind. Raises `NotFoundError` when nothing of that restore is kept,
    `RestoreError` while another restore is under way.
    """
    with archive_lock(settings.folder, "undoing a restore", settings.lock_seconds):
        state = _kept(settings, restore)
        under_way = journal.read(settings.folder)
        if under_way is not None:
            raise RestoreError(
                f"the restore {under_way.restore} was interrupted",
                "go on with it first: `restore --resume`; then undo it",
            )
        if state.database is None:
            raise NotFoundError(
                f"no database of before the restore {restore} is kept", "see `restores`"
            )
        swapped = Names(settings.database, state.database, f"{settings.database}_undone_{restore}")
        if settings.media is not None:
            before = media_files.before(settings.media, restore)
            undone = settings.media / f"{media_files.KEPT}undo-{restore}"
            media_files.add(settings.media, before, undone, _files(settings, restore))
        swap(_connect(settings), swapped)
        return swapped


def discard(settings: Settings, restore: str) -> Kept:
    """Let go of what was before a restore, for good; raises `NotFoundError`."""
    with archive_lock(settings.folder, "discarding what was before a restore"):
        state = _kept(settings, restore)
        if state.database is not None:
            drop(_connect(settings), state.database)
        if settings.media is not None:
            shutil.rmtree(media_files.before(settings.media, restore), ignore_errors=True)
        return state


def _kept(settings: Settings, restore: str) -> Kept:
    for state in kept(settings):
        if state.restore == restore:
            return state
    raise NotFoundError(
        f"nothing of before a restore {restore} is kept", "see what there is with `restores`"
    )


def _files(settings: Settings, restore: str) -> list[MemberFile]:
    if settings.media is None:
        return []
    folder = media_files.before(settings.media, restore)
    return [_described(folder, file.path) for file in look(folder).files]


def _described(folder: Path, path: str) -> MemberFile:
    with (folder / path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return MemberFile(path=path, size=(folder / path).stat().st_size, sha256=digest)


def _connect(settings: Settings) -> Connect:
    source = Source.of(settings)
    return lambda database: replace(source, database=database).connect()
