"""The question that stands before every destructive step: is there a fresh, proven backup?

The answer is :mod:`backup.gate`'s; here it only learns which archive is meant, and how old a
backup of this environment may be.
"""

from datetime import UTC, datetime
from pathlib import Path

from backup import gate
from backup.gate import BackupStatus
from infra.archive import archive_root, settings_of
from infra.configuration import ConfigurationError
from infra.settings import SettingsError

REPOSITORY = Path(__file__).resolve().parents[1]


def backup_status(environment: str, repository: Path = REPOSITORY) -> BackupStatus:
    """Tell whether ``environment`` has a verified backup; the reason is for people.

    Mistakes in the backup's settings are an answer as well: no.
    """
    try:
        settings = settings_of(repository, environment)
    except (SettingsError, ConfigurationError) as error:
        return BackupStatus(verified=False, reason=f"its archive is not known: {error}")
    root = archive_root(repository, settings)
    return gate.status(environment, root, datetime.now(UTC), settings.max_age)
