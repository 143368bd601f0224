"""Names that exist once: labels, containers, networks, volumes, environments, backups.

Pure Python without Pulumi or pydantic, because the policies, the guard and the backup share it
with the program. Nothing here reads a file, a variable or the clock.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, Literal

PROJECT: Final = "ledgerflow"
CONTAINER_PREFIX: Final = "ledger"

LABEL_PREFIX: Final = "com.ledgerflow"
LABEL_ENVIRONMENT: Final = f"{LABEL_PREFIX}.environment"
LABEL_SERVICE: Final = f"{LABEL_PREFIX}.service"
LABEL_STACK: Final = f"{LABEL_PREFIX}.stack"
LABEL_PROTECT: Final = f"{LABEL_PREFIX}.protect"
LABEL_IMAGE_ORIGIN: Final = f"{LABEL_PREFIX}.image.origin"
PROTECTED: Final = "true"

ENVIRONMENTS: Final = ("dev", "staging", "prod", "dr")
"""The environments people use; tests use ``test-<random>`` beside them."""
LOCKED_ENVIRONMENTS: Final = ("staging", "prod", "dr")
"""Those that hold people's own documents; they run only images of the lock file."""
TEST_ENVIRONMENT: Final = re.compile(r"test-[a-z0-9]{1,16}")

DB_VOLUME: Final = "db_data"
MEDIA_VOLUME: Final = "media_data"
REDIS_VOLUME: Final = "redis_data"
CADDY_VOLUME: Final = "caddy_data"
CADDY_CONFIG_VOLUME: Final = "caddy_config"
AUDIT_VOLUME: Final = "audit"
"""What was decided about commands inside the application's containers."""
VOLUMES: Final = (
    DB_VOLUME,
    MEDIA_VOLUME,
    REDIS_VOLUME,
    CADDY_VOLUME,
    CADDY_CONFIG_VOLUME,
    AUDIT_VOLUME,
)
PROTECTED_VOLUMES: Final = (DB_VOLUME, MEDIA_VOLUME)
"""Kinds of volumes that hold what a person entrusted to LedgerFlow."""

EDGE_NETWORK: Final = "edge"
"""Whoever publishes a port is on it: in production that is Caddy alone."""
INTERNAL_NETWORK: Final = "internal"
"""Everybody is on it; it has no route out."""
EGRESS_NETWORK: Final = "egress"
"""The way to the internet for the one service that asks it, SearXNG."""

BACKUP_HOOK: Final = "ledgerflow-verified-backup-before-delete"
"""Name of the ``before_delete`` hook; it is part of every stack's state, so it never changes."""

BackupKind = Literal["db", "full"]
"""``db`` is the database alone; ``full`` adds media, configuration and versions."""
BACKUP_KINDS: Final[tuple[BackupKind, ...]] = ("db", "full")
BACKUP_PAYLOAD_SUFFIXES: Final[Mapping[BackupKind, str]] = MappingProxyType(
    {"db": ".sql.gz", "full": ".tar.gz"}
)
BACKUP_ENCRYPTED_SUFFIX: Final = ".age"
BACKUP_MANIFEST_SUFFIX: Final = ".json"
BACKUP_DUMP_MEMBER: Final = "database.sql.gz"
"""The dump's path in the archive of a full backup."""
BACKUP_PROOF_SUFFIX: Final = ".proof.json"
BACKUP_EVIDENCE_SUFFIX: Final = ".proof.md"
BACKUP_ID: Final = re.compile(r"ledgerflow_(db|full)_backup_([0-9]{8}_[0-9]{6})")
"""A backup's id, which every file of it begins with: its kind and the second it was begun, UTC."""
BACKUP_ID_TIME: Final = "%Y%m%d_%H%M%S"
ARCHIVE_FOLDER: Final = "LedgerFlow_Archive"
"""Beside the folder that holds the checkout, so that removing a checkout leaves it alone."""
BACKUPS_FOLDER: Final = "backups"
"""In the archive; below it a folder for each environment."""

SYNCED_FOLDERS: Final = (
    "mobile documents",
    "com~apple~clouddocs",
    "icloud drive*",
    "iclouddrive",
    "cloudstorage",
    "dropbox",
    "dropbox (*)",
    "onedrive*",
    "google drive*",
    "googledrive",
    "googledrive-*",
    "my drive",
)
"""Names of folders that a sync program keeps, as ``fnmatch`` patterns in lower case.

Each is held against every single component of a path, in lower case as well. Live data in such a
folder is corrupted: the program copies and replaces files of a running database one by one.
Sources: Apple's ``~/Library/Mobile Documents`` and ``~/Library/CloudStorage``, and the default
folders of iCloud for Windows, Dropbox, OneDrive and Google Drive.
"""


def is_environment(name: str) -> bool:
    """Tell whether ``name`` is one of the environments or a test's own."""
    return name in ENVIRONMENTS or TEST_ENVIRONMENT.fullmatch(name) is not None


def container_name(environment: str, service: str) -> str:
    """Return ``ledger_<environment>_<service>``; dashes of the service become underscores."""
    return f"{CONTAINER_PREFIX}_{environment}_{service.replace('-', '_')}"


def network_name(environment: str, network: str) -> str:
    """Return ``ledger_<environment>_<network>``."""
    return f"{CONTAINER_PREFIX}_{environment}_{network}"


def volume_name(environment: str, volume: str) -> str:
    """Return ``ledger_<environment>_<volume>``."""
    return f"{CONTAINER_PREFIX}_{environment}_{volume}"


def volume_labels(environment: str, *, protected: bool) -> dict[str, str]:
    """Return the labels a data volume carries from its first day; Docker cannot change them."""
    labels = {LABEL_ENVIRONMENT: environment, LABEL_STACK: environment}
    return {**labels, LABEL_PROTECT: PROTECTED} if protected else labels


def backup_id(kind: BackupKind, begun: datetime) -> str:
    """Return ``ledgerflow_<kind>_backup_YYYYMMDD_HHMMSS``; the time is turned into UTC."""
    return f"{PROJECT}_{kind}_backup_{begun.astimezone(UTC).strftime(BACKUP_ID_TIME)}"


def backup_payload_name(identifier: str, kind: BackupKind, *, encrypted: bool) -> str:
    """Return the name of the file that holds the data of the backup ``identifier``."""
    end = BACKUP_ENCRYPTED_SUFFIX if encrypted else ""
    return f"{identifier}{BACKUP_PAYLOAD_SUFFIXES[kind]}{end}"
