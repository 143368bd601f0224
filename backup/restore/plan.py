"""What a restore would do, decided before anything is touched, and said in sentences."""

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from backup.catalog import Entry
from backup.clock import Clock
from backup.errors import DamageError, RestoreError
from backup.full.archive import MEDIA
from backup.full.tree import look
from backup.manifest import Manifest, MemberFile
from backup.restore import journal
from backup.restore.swap import Names
from backup.settings import Settings

MAJOR: Final = 10_000
"""PostgreSQL's version number is 10000 times the major version and the minor one."""
ROOM: Final = 1.1
"""The staged files and a little more must find room beside those that serve."""
OTHER: Final = "choose another backup: `list` shows those that are proven"


@dataclass(frozen=True)
class Live:
    """What the environment has now."""

    server_version: int
    """As 170004."""
    databases: tuple[str, ...]
    """Those whose names begin as the environment's own: it, and what restores have kept."""
    database_exists: bool
    rows: int | None
    """An estimate by the server's statistics; None without a database."""


@dataclass(frozen=True)
class Plan:
    """A restore that may be begun."""

    id: str
    """Of the restore: the time of its beginning, as in names of backups."""
    entry: Entry
    manifest: Manifest
    into: str
    """The environment that gets the data."""
    names: Names
    media: tuple[MemberFile, ...] | None
    """Relative to the media folder; None when media are left as they are."""
    live: Live
    replaced: int
    """Media files that are there and not in the backup, or there with another size."""
    safety: bool = True
    """Whether what is there now is to be backed up first."""

    @property
    def makes_safety_backup(self) -> bool:
        """Whether there is something to back up first, and it shall be."""
        return self.safety and self.live.database_exists

    @property
    def foreign(self) -> bool:
        """Whether the backup is of another environment."""
        return self.manifest.environment != self.into

    def sentences(self) -> list[str]:
        """Say what will happen, in order."""
        contents = self.manifest.contents
        said = [
            f"{self.entry.id} of {self.manifest.environment}, taken "
            f"{self.manifest.created:%Y-%m-%d %H:%M:%S} UTC, goes into {self.into}.",
            self._now(),
            "A safety backup of what is there now is made and proved first."
            if self.makes_safety_backup
            else "No safety backup is made.",
            f"{contents.rows:,} rows of {len(contents.tables)} tables are loaded into "
            f"{self.names.staged} and compared with the manifest; the site serves meanwhile.",
        ]
        if self.media is not None:
            said.append(
                f"{len(self.media):,} media files are extracted beside those that are there and "
                f"compared; {self.replaced:,} that differ or came later are set aside, not deleted."
            )
        if self.foreign:
            said.append(
                f"The data are marked as those of {self.into}; passwords of roles stay its own."
            )
        said.append(
            f"Then {self.names.staged} becomes {self.names.live} in one transaction; sessions are "
            f"ended, which takes the application a moment. "
            + (
                f"The old database stays as {self.names.kept}."
                if self.live.database_exists
                else "There is no old one."
            )
        )
        said.append(
            "Rows, transactions, media, configuration and the application are verified after it."
        )
        return said

    def _now(self) -> str:
        if not self.live.database_exists:
            return f"{self.into} has no database {self.names.live}."
        rows = f"about {self.live.rows:,} rows" if self.live.rows is not None else "data"
        return f"{self.into} has {rows} in {self.names.live} now."


def check(entry: Entry, *, unproven: bool) -> Manifest:
    """Return the manifest of a backup that may be restored.

    Raises `DamageError` for a damaged one, `RestoreError` for one that was never proved, unless
    `unproven` says that this is known.
    """
    if entry.manifest is None or entry.problems:
        raise DamageError("; ".join(entry.problems) or f"{entry.id} has no manifest", OTHER)
    if not entry.proven and not unproven:
        raise RestoreError(
            f"{entry.id} was never restored in a proof, or failed it",
            "run `prove` on it, choose a proven one, or say --unproven if there is no other",
        )
    return entry.manifest


def check_server(manifest: Manifest, live: Live) -> None:
    """Raise `RestoreError` when the server is older than the one that was backed up."""
    theirs, ours = manifest.server.version_number // MAJOR, live.server_version // MAJOR
    if ours < theirs:
        raise RestoreError(
            f"the backup is of PostgreSQL {theirs}, this server is {ours}",
            "restore into an environment with the same image of PostgreSQL, or a newer one",
        )


def media_files(manifest: Manifest) -> tuple[MemberFile, ...] | None:
    """Return the media files of a full backup, relative to their folder; None of another kind."""
    if manifest.full is None:
        return None
    return tuple(
        file.model_copy(update={"path": file.path.removeprefix(MEDIA)})
        for file in manifest.full.files
        if file.path.startswith(MEDIA)
    )


def check_media(files: tuple[MemberFile, ...], media: Path | None) -> int:
    """Return how many files there will be set aside; names and sizes tell, contents do later.

    Raises `RestoreError` when there is no folder for them or no room.
    """
    if media is None or not media.is_dir():
        raise RestoreError(
            f"there is no media folder to restore {len(files)} files into",
            "run the restore by `make restore`, which brings the media volume along",
        )
    needed = int(sum(file.size for file in files) * ROOM)
    free = shutil.disk_usage(media).free
    if needed > free:
        raise RestoreError(
            f"the media need {needed:,} bytes beside those that serve, and {free:,} are free",
            f"make room on the disk that holds {media}",
        )
    wanted = {file.path: file.size for file in files}
    return sum(wanted.get(file.path) != file.size for file in look(media).files)


def free_id(clock: Clock, settings: Settings, databases: Collection[str]) -> str:
    """Return the id of a restore begun now, or in the next second that no kept state is of."""
    begun = clock()
    while names(settings, journal.identifier(begun)).kept in databases:
        begun += timedelta(seconds=1)
    return journal.identifier(begun)


def names(settings: Settings, restore: str) -> Names:
    """Return the three names of a restore's databases."""
    live = settings.database
    return Names(live, f"{live}_restore_{restore}", f"{live}_before_{restore}")
