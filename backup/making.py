"""Making a backup of either kind: published whole, manifest last, then proved.

docs/decisions/0006-backup-invariants.md says what holds at every moment of it.
"""

import hashlib
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from backup import VERSION
from backup.catalog import Catalog, Entry
from backup.clock import Clock
from backup.dump.stream import Writer
from backup.encryption import EncryptingWriter, Recipients
from backup.locks import archive_lock
from backup.manifest import FullParts, Manifest, Payload, Plaintext, Reason
from backup.proof.texts import private_file, scratch_error
from backup.publish import Sink, listed, publication, publish_bytes
from backup.settings import Settings
from backup.sweeping import sweep
from backup.taking import Taken
from backup.unfinished import unfinished
from infra.conventions import (
    BACKUP_MANIFEST_SUFFIX,
    BackupKind,
    backup_id,
    backup_payload_name,
)

Write = Callable[[str, datetime, "Plain"], tuple[Taken, FullParts | None]]
"""Writes the payload of the backup with this id and time, and says what is in it."""
Prove = Callable[[Entry, IO[bytes] | None], object]
"""Proves a backup, from the plaintext that was kept where it is encrypted."""


@dataclass(frozen=True)
class Making:
    """How one kind of backup is made."""

    kind: BackupKind
    name: str
    """For people, as `database backup`."""
    write: Write
    prove: Prove | None
    """None leaves the proof to a later run."""


def make(making: Making, settings: Settings, reason: Reason, clock: Clock) -> Entry:
    """Make a backup and prove it; return its entry.

    Raises `BackupError`: `BusyError` when another run holds the archive, `ProofError` when the
    backup was made and does not restore. Unless its manifest was published, nothing is listed.
    """
    with archive_lock(settings.folder, making.name, settings.lock_seconds), ExitStack() as kept:
        sweep(settings)
        identifier, created = free_id(settings.folder, making.kind, clock)
        begun = time.monotonic()
        recipients = settings.encrypt_to
        copied = recipients and making.prove
        copy = kept.enter_context(private_file(settings.scratch)) if copied else None
        name = backup_payload_name(identifier, making.kind, encrypted=bool(recipients))
        with unfinished(settings.folder, identifier):
            with (
                publication(settings.folder, name, "payload") as sink,
                Plain(sink, recipients, copy) as plain,
            ):
                taken, full = making.write(identifier, created, plain)
            manifest = Manifest(
                id=identifier,
                kind=making.kind,
                environment=settings.environment,
                created=created,
                seconds=round(time.monotonic() - begun, 3),
                reason=reason,
                tool=VERSION,
                server=taken.server,
                payload=payload_of(name, sink, plain, recipients),
                contents=taken.contents,
                full=full,
            )
            entry = publish_manifest(settings.folder, manifest)
        if making.prove is not None:
            making.prove(entry, copy)
        return Catalog(settings.folder).entry(identifier)


def free_id(folder: Path, kind: BackupKind, clock: Clock) -> tuple[str, datetime]:
    """Return an id that no file begins with, of this second or the next free one, and its time."""
    created = clock().astimezone(UTC).replace(microsecond=0)
    taken = {path.name[: len(backup_id(kind, created))] for path in listed(folder)}
    while backup_id(kind, created) in taken:
        created += timedelta(seconds=1)
    return backup_id(kind, created), created


def publish_manifest(folder: Path, manifest: Manifest) -> Entry:
    """Publish the manifest, which makes the payload a backup; return its entry."""
    name = f"{manifest.id}{BACKUP_MANIFEST_SUFFIX}"
    publish_bytes(folder, name, manifest.document(), "manifest")
    return Catalog(folder).entry(manifest.id)


class Plain:
    """Takes the payload's plaintext: hashes it, keeps a copy for the proof, encrypts it if wanted.

    Without recipients it is written to the sink as it is, which hashes it already.
    """

    def __init__(self, sink: Sink, recipients: Recipients, copy: IO[bytes] | None) -> None:
        self._sink, self._recipients, self._copy = sink, recipients, copy
        self._hash = hashlib.sha256()
        self._size = 0
        self._open = ExitStack()
        self._target: Writer = sink

    def __enter__(self) -> "Plain":
        if self._recipients:
            encrypting = EncryptingWriter(self._sink, self._recipients)
            self._target = self._open.enter_context(encrypting)
        return self

    def __exit__(self, *error: object) -> bool | None:
        return self._open.__exit__(*error)  # type: ignore[arg-type]

    def write(self, data: bytes) -> int:
        """Take all of `data`."""
        if self._recipients:
            self._hash.update(data)
            self._size += len(data)
        if self._copy is not None:
            self._keep(self._copy, data)
        return self._target.write(data)

    @staticmethod
    def _keep(copy: IO[bytes], data: bytes) -> None:
        try:
            copy.write(data)
        except OSError as error:
            raise scratch_error(error) from error

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    @property
    def description(self) -> Plaintext | None:
        """What was encrypted; None when nothing was."""
        if not self._recipients:
            return None
        return Plaintext(size=self._size, sha256=self._hash.hexdigest())


def payload_of(name: str, sink: Sink, plain: Plain, recipients: Recipients) -> Payload:
    """Describe a payload that was written."""
    return Payload(
        name=name,
        size=sink.size,
        sha256=sink.sha256,
        plaintext=plain.description,
        recipients=recipients.fingerprints,
    )
