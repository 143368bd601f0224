"""What restores have set aside: seen, taken back, and let go of when a person says so."""

import shutil
from dataclasses import dataclass
from typing import Final

from backup.errors import NotFoundError, RestoreError
from backup.locks import archive_lock
from backup.restore import journal
from backup.restore import media as media_files
from backup.restore.plan import names
from backup.restore.swap import MAINTENANCE, Names, connector, drop, named, refused, swap
from backup.settings import Settings
from backup.steps import step

UNDONE: Final = "_undone"


@dataclass(frozen=True)
class Kept:
    """The state before one restore."""

    restore: str
    """The restore's id."""
    database: str | None
    """Its name now; None when only files were set aside."""
    files: int


def kept(settings: Settings) -> list[Kept]:
    """List what is kept, the oldest first; raises `BackupError`."""
    prefix = names(settings, "").kept
    with refused(), connector(settings)(MAINTENANCE) as session:
        databases = {name.removeprefix(prefix): name for name in named(session, prefix)}
    files = {restore: count for restore, count in _folders(settings).items() if count}
    return [
        Kept(restore, databases.get(restore), files.get(restore, 0))
        for restore in sorted({*databases, *files})
    ]


def undo(settings: Settings, restore: str) -> Names:
    """Bring back what was before a restore; what is there now is kept the same way.

    Files that were set aside go back to their places; what the restore added stays, which the old
    database does not mind. An interrupted undoing is done by the next one of the same restore.
    Raises `NotFoundError` when nothing of that restore is kept, `RestoreError` while another
    restore is under way.
    """
    with archive_lock(settings.folder, "undoing a restore", settings.lock_seconds), refused():
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
        undoing = opposite(restore)
        swapped = Names(settings.database, state.database, names(settings, undoing).kept)
        step("restore.undo.begun")
        if settings.media is not None:
            aside = media_files.before(settings.media, restore)
            instead = media_files.before(settings.media, undoing)
            media_files.put_back(settings.media, aside, instead)
        swap(connector(settings), swapped)
        _remove_files(settings, restore)
        return swapped


def opposite(restore: str) -> str:
    """Return under which id an undone restore's own state is kept; undoing that leads back."""
    return restore.removesuffix(UNDONE) if restore.endswith(UNDONE) else f"{restore}{UNDONE}"


def discard(settings: Settings, restore: str) -> Kept:
    """Let go of what was before a restore, for good; raises `NotFoundError`."""
    with archive_lock(settings.folder, "discarding", settings.lock_seconds), refused():
        state = _kept(settings, restore)
        _remove_files(settings, restore)
        if state.database is not None:
            drop(connector(settings), state.database)
        return state


def _kept(settings: Settings, restore: str) -> Kept:
    for state in kept(settings):
        if state.restore == restore:
            return state
    raise NotFoundError(
        f"nothing of before a restore {restore} is kept", "see what there is with `restores`"
    )


def _folders(settings: Settings) -> dict[str, int]:
    """Return how many files each restore has set aside."""
    if settings.media is None or not settings.media.is_dir():
        return {}
    return {
        folder.name.removeprefix(media_files.KEPT): len(media_files.everything(folder))
        for folder in settings.media.glob(f"{media_files.KEPT}*")
    }


def _remove_files(settings: Settings, restore: str) -> None:
    if settings.media is not None:
        shutil.rmtree(media_files.before(settings.media, restore), ignore_errors=True)
    step("restore.files-discarded")
