"""Where an environment's backups are on this machine.

``LEDGERFLOW_ARCHIVE`` moves the archive of a whole machine, ``backup:archive`` in
``Pulumi.<environment>-backup.yaml`` that of one environment, which counts more. Otherwise the
archive lies beside the checkout, so that deleting a clone deletes no backup.
"""

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infra import conventions
from infra.backup_settings import BackupSettings, stack_name
from infra.configuration import from_file
from infra.services.backup import Host
from infra.services.postgres import SYSTEM_USER

VARIABLE: Final = "LEDGERFLOW_ARCHIVE"
"""Names the folder that is otherwise called LedgerFlow_Archive."""
CONTEXT: Final = Path(".ledgerflow") / "backup"
"""In the checkout: what a full backup must hold and a container cannot see."""
ARCHIVE_MODE: Final = 0o2770
"""Group writes; the setgid bit hands the group on to what is made inside."""
CONTEXT_MODE: Final = 0o750
LOCK: Final = ".lock"
"""As :mod:`backup.locks` calls it."""
LOCK_MODE: Final = 0o660
SAME_USERS: Final = sys.platform == "linux"
"""Elsewhere Docker Desktop maps owners, so the numbers seen here say nothing."""


class ArchiveFolderError(Exception):
    """The archive folder cannot be used: one line of what happened, one of what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def settings_of(repository: Path, environment: str) -> BackupSettings:
    """Return the backup settings of an environment; the defaults where it has no file of its own.

    Raises infra.settings.SettingsError and infra.configuration.ConfigurationError.
    """
    path = repository / f"Pulumi.{stack_name(environment)}.yaml"
    return BackupSettings.parse(environment, from_file(path) if path.is_file() else {})


def archive_root(
    repository: Path, settings: BackupSettings, environ: Mapping[str, str] = os.environ
) -> Path:
    """Return the folder that has a folder for each environment's backups."""
    moved = environ.get(VARIABLE)
    archive = settings.archive or (Path(moved).expanduser().absolute() if moved else None)
    return (archive or repository.parent / conventions.ARCHIVE_FOLDER) / conventions.BACKUPS_FOLDER


def archive_folder(
    repository: Path, settings: BackupSettings, environ: Mapping[str, str] = os.environ
) -> Path:
    """Return the folder of one environment's backups."""
    return archive_root(repository, settings, environ) / settings.environment


def host(
    repository: Path, settings: BackupSettings, environ: Mapping[str, str] = os.environ
) -> Host:
    """Return the folders of an environment's backups; those that are missing are not made."""
    folder = archive_folder(repository, settings, environ)
    context = repository / CONTEXT / settings.environment / "context"
    group = folder.stat().st_gid if folder.is_dir() else SYSTEM_USER
    return Host(archive=folder, context=context, group=group)


def prepared_host(
    repository: Path, settings: BackupSettings, environ: Mapping[str, str] = os.environ
) -> Host:
    """Return the folders of an environment's backups, made and open to the backup's container.

    The container runs as the image's user postgres and as the group of the archive folder. Root
    gives the folder to that user; anybody else's own group writes it, so that the person who made
    it reads what is written there without being root. Raises ArchiveFolderError.
    """
    folder = archive_folder(repository, settings, environ)
    try:
        _make(folder)
        found = host(repository, settings, environ)
        found.context.mkdir(parents=True, exist_ok=True)
        open_to(found.context, found.group, CONTEXT_MODE)
    except OSError as error:
        raise ArchiveFolderError(
            f"{error.filename or folder} cannot be made: {error.strerror}",
            f"give yourself the right to, or move the archive with {VARIABLE}",
        ) from None
    if SAME_USERS and not _writable(folder):
        raise ArchiveFolderError(
            f"the archive {folder} cannot be written by the backup (user {SYSTEM_USER})",
            f"as its owner or root: chown {SYSTEM_USER} {folder}, or chmod g+rwxs {folder}",
        )
    return found


def open_to(path: Path, group: int, mode: int) -> None:
    """Let the container's group read a file or folder; OSError is the caller's."""
    if path.stat().st_gid != group:
        os.chown(path, -1, group)
    path.chmod(mode)


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, mode=0o770, exist_ok=True)
    lock = folder / LOCK
    lock.touch()  # whoever takes it first: nobody later is kept out by the file's owner
    for path, mode in ((folder, ARCHIVE_MODE), (lock, LOCK_MODE)):
        if os.geteuid() == 0:
            os.chown(path, SYSTEM_USER, SYSTEM_USER)
        path.chmod(mode)


def _writable(folder: Path) -> bool:
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        return False
    found = folder.stat()
    bits = stat.S_IRWXU if found.st_uid == SYSTEM_USER else stat.S_IRWXG
    return found.st_mode & bits == bits
