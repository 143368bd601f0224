"""The manifest: what a backup is, sealed, written after everything it speaks of.

No manifest, no backup. `docs/decisions/0006-backup-invariants.md` has the order of writes.
"""

from datetime import UTC, datetime
from typing import Final, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from backup.canonical import Grown, Model, Sealed
from backup.contents import Contents
from infra.conventions import (
    BACKUP_ENCRYPTED_SUFFIX,
    BACKUP_ID,
    BACKUP_ID_TIME,
    BackupKind,
    backup_payload_name,
)

FORMAT: Final = 1
Reason = Literal["scheduled", "manual", "safety", "emergency"]
"""Who wanted it: the schedule, a person, a step about to change data, a person in a hurry."""

Sha256 = str


class Plaintext(Model):
    """What an encrypted payload decrypts to."""

    size: int = Field(ge=0)
    sha256: Sha256


class Payload(Model):
    """The file that holds the data, as it lies in the archive."""

    name: str
    size: int = Field(ge=0)
    sha256: Sha256
    plaintext: Plaintext | None = None
    """Only of an encrypted payload."""
    recipients: tuple[str, ...] = ()
    """Fingerprints of the public keys it was encrypted to."""

    @property
    def encrypted(self) -> bool:
        """Whether a private key is needed to read it."""
        return self.name.endswith(BACKUP_ENCRYPTED_SUFFIX)


class Server(Model):
    """The server that was backed up."""

    version: str
    """As `17.4`."""
    version_number: int
    """As `170004`."""
    system_identifier: str
    """Of the cluster, for good: another number is another cluster."""
    database: str


class MemberFile(Model):
    """A file in a full backup's archive."""

    path: str
    size: int = Field(ge=0)
    sha256: Sha256


class BlobFiles(Model):
    """What a full backup found of the files that rows name by the SHA-256 of their content."""

    rows: int = Field(ge=0)
    size: int = Field(ge=0)
    """Bytes, by the rows."""
    missing: tuple[Sha256, ...] = ()
    """Rows without a file in the source: no backup can bring these back."""
    damaged: tuple[Sha256, ...] = ()
    """Rows whose file has another size or content in the source."""

    @property
    def lost(self) -> frozenset[Sha256]:
        """Rows whose file was not whole when the backup was taken."""
        return frozenset((*self.missing, *self.damaged))


class FullParts(Grown):
    """What a full backup holds beside the database."""

    LATER = frozenset({"blobs"})

    files: tuple[MemberFile, ...]
    versions: dict[str, str] = {}
    """Images with digests, tools and their versions."""
    git: dict[str, str] = {}
    blobs: BlobFiles | None = None
    """None where no table stands for files, and in backups of older releases."""
    notes: tuple[str, ...] = ()
    """What an emergency backup had to leave out, and what was not whole in the source."""


class Manifest(Sealed):
    """A backup's description; `id` is the beginning of all its files' names."""

    format: Literal[1] = FORMAT
    id: str
    kind: BackupKind
    environment: str
    created: AwareDatetime
    """When it was begun, UTC, to the second; the snapshot was taken right after."""
    seconds: float = Field(ge=0)
    """From the beginning to the payload's publication."""
    reason: Reason
    tool: str
    """Version of LedgerFlow."""
    server: Server
    payload: Payload
    contents: Contents
    full: FullParts | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        match = BACKUP_ID.fullmatch(self.id)
        if match is None or match[1] != self.kind:
            raise ValueError(f"id {self.id!r} is not one of a {self.kind} backup")
        names = {backup_payload_name(self.id, self.kind, encrypted=e) for e in (False, True)}
        if self.payload.name not in names:
            raise ValueError(f"payload {self.payload.name!r} does not belong to {self.id}")
        if self.payload.encrypted != (self.payload.plaintext is not None):
            raise ValueError("an encrypted payload, and no other, names its plaintext")
        if (self.kind == "full") != (self.full is not None):
            raise ValueError("a full backup, and no other, lists its files")
        return self


class Comparison(Model):
    """One thing that a proof compared."""

    subject: str
    """As `rows of tables`, `sequences`, `schema`."""
    compared: int
    """How many were compared."""
    differences: tuple[str, ...] = ()
    """The first of them, each in words; a proof's are all of them or the first hundred."""


class Proof(Sealed):
    """The record that a backup was restored and compared with its manifest."""

    format: Literal[1] = FORMAT
    id: str
    manifest_sha256: Sha256
    """Of the manifest's file: a proof speaks of that very manifest."""
    result: Literal["proven", "failed"]
    finished: AwareDatetime
    seconds: float = Field(ge=0)
    server_version: str
    """Of the scratch server."""
    comparisons: tuple[Comparison, ...]
    problem: str | None = None
    """Why it failed, when it did not come to comparing."""

    def proves(self, manifest: Manifest) -> bool:
        """Tell whether this says that `manifest`'s backup restores."""
        return (
            self.result == "proven"
            and self.id == manifest.id
            and self.manifest_sha256 == manifest.sha256
        )


def taken_at(identifier: str) -> datetime:
    """Return when the backup `identifier` was begun, from its name; raises ValueError."""
    match = BACKUP_ID.fullmatch(identifier)
    if match is None:
        raise ValueError(f"{identifier!r} is not a backup's id")
    return datetime.strptime(match[2], BACKUP_ID_TIME).replace(tzinfo=UTC)
