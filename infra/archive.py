"""Where an environment's backups are on this machine.

``LEDGERFLOW_ARCHIVE`` moves the archive of a whole machine, ``backup:archive`` in
``Pulumi.<environment>-backup.yaml`` that of one environment, which counts more. Otherwise the
archive lies beside the checkout, so that deleting a clone deletes no backup.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infra import conventions
from infra.backup_settings import BackupSettings, stack_name
from infra.configuration import from_file

VARIABLE: Final = "LEDGERFLOW_ARCHIVE"
"""Names the folder that is otherwise called LedgerFlow_Archive."""


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
