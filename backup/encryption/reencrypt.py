"""Re-encrypting a backup to new recipients: the second half of a rotation of keys.

The result is a backup of its own, in the next free second, with everything else of the old one:
so at every moment at least one of the two is whole, and an interrupted run has changed nothing.
The old one goes when the new one is published with its proof. The plaintext never touches a disk.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from backup.catalog import Catalog, Entry
from backup.encryption.errors import RecipientsError
from backup.encryption.identities import Identities
from backup.encryption.recipients import Recipients
from backup.encryption.stream import EncryptingWriter, Reader, Writer, decrypt
from backup.errors import DamageError
from backup.manifest import Comparison, Manifest, Payload, Plaintext, Proof, taken_at
from backup.publish import Sink, publication, publish_bytes
from backup.retention.deleter import remove_files
from backup.steps import step
from backup.unfinished import unfinished
from infra.conventions import (
    BACKUP_EVIDENCE_SUFFIX,
    BACKUP_MANIFEST_SUFFIX,
    BACKUP_PROOF_SUFFIX,
    backup_id,
    backup_payload_name,
)


class _Hashing:
    """Counts and hashes what passes through."""

    def __init__(self, end: Reader | Writer) -> None:
        self._end, self._hash, self.size = end, hashlib.sha256(), 0

    def read(self, size: int) -> bytes:
        return self._seen(self._end.read(size))  # type: ignore[union-attr]

    def write(self, data: bytes) -> int:
        self._end.write(data)  # type: ignore[union-attr]
        return len(self._seen(data))

    def _seen(self, data: bytes) -> bytes:
        self._hash.update(data)
        self.size += len(data)
        return data

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def needs_reencryption(entry: Entry, recipients: Recipients) -> bool:
    """Tell whether an encrypted backup is encrypted to others than `recipients`."""
    payload = entry.manifest.payload if entry.manifest is not None else None
    return (
        payload is not None
        and payload.encrypted
        and sorted(payload.recipients) != list(recipients.fingerprints)
    )


def reencrypt(entry: Entry, identities: Identities, recipients: Recipients) -> Entry:
    """Replace `entry` by the same backup encrypted to `recipients`; return the new one.

    The caller holds the archive's lock. A proof is carried over, because the plaintext is shown
    to be the one that was proven.

    Raises:
        RecipientsError: there are none, or the backup is not encrypted.
        WrongKeyError: the private keys do not open it.
        DamageError: its bytes are not those that the manifest tells of.
        ArchiveError: the archive cannot be written.
    """
    manifest = _encrypted(entry, recipients)
    identifier = _free_id(entry)
    name = backup_payload_name(identifier, entry.kind, encrypted=True)
    with unfinished(entry.folder, identifier):
        with publication(entry.folder, name, "payload") as sink:
            plaintext = _transfer(entry, manifest, identities, recipients, sink)
        payload = Payload(
            name=name,
            size=sink.size,
            sha256=sink.sha256,
            plaintext=plaintext,
            recipients=recipients.fingerprints,
        )
        fields = {"id": identifier, "created": taken_at(identifier), "payload": payload}
        renewed = Manifest.model_validate({**dict(manifest), **fields})
        if entry.proof is not None and entry.proven:
            _carry_over(entry, entry.proof, renewed)
        manifest_name = f"{identifier}{BACKUP_MANIFEST_SUFFIX}"
        publish_bytes(entry.folder, manifest_name, renewed.document(), "manifest")
    step("reencrypt.renewed")
    remove_files(entry)
    return Catalog(entry.folder).entry(identifier)


def _encrypted(entry: Entry, recipients: Recipients) -> Manifest:
    manifest = entry.manifest
    if manifest is None or entry.problems:
        raise DamageError(
            f"{entry.id} is damaged: {entry.problems[0]}", "re-encrypt only sound backups"
        )
    if not recipients or not manifest.payload.encrypted:
        missing = "there are no recipients" if not recipients else f"{entry.id} is not encrypted"
        raise RecipientsError(
            f"Nothing to re-encrypt: {missing}", "set the recipients; new backups use them at once"
        )
    return manifest


def _transfer(
    entry: Entry, manifest: Manifest, identities: Identities, recipients: Recipients, sink: Sink
) -> Plaintext:
    """Decrypt the old payload into the new one, and insist on both of its checksums."""
    with entry.payload_path.open("rb") as opened, EncryptingWriter(sink, recipients) as encrypting:
        source, between = _Hashing(opened), _Hashing(encrypting)
        decrypt(source, between, identities, manifest.payload.name)
        plaintext = Plaintext(size=between.size, sha256=between.sha256)
        if source.sha256 != manifest.payload.sha256 or plaintext != manifest.payload.plaintext:
            raise DamageError(
                f"{manifest.payload.name} is not what its manifest tells of",
                "take another copy of this backup; this one was left as it is",
            )
    return plaintext


def _carry_over(entry: Entry, proof: Proof, renewed: Manifest) -> None:
    same = Comparison(subject=f"plaintext, with that of {entry.id}", compared=1)
    carried = proof.model_copy(
        update={
            "id": renewed.id,
            "manifest_sha256": renewed.sha256,
            "comparisons": (*proof.comparisons, same),
        }
    )
    name = f"{renewed.id}{BACKUP_PROOF_SUFFIX}"
    publish_bytes(entry.folder, name, carried.document(), "proof", replace=True)
    if entry.evidence_path.exists():
        words = entry.evidence_path.read_bytes()
        words += f"\nRe-encrypted from {entry.id}: the plaintext is the same.\n".encode()
        name = f"{renewed.id}{BACKUP_EVIDENCE_SUFFIX}"
        publish_bytes(entry.folder, name, words, "evidence", replace=True)


def _free_id(entry: Entry) -> str:
    """The next second no file of the archive has, a swept or interrupted one included."""
    taken = {path.name.split(".")[0] for path in entry.folder.iterdir()}
    moment = entry.created
    while (identifier := backup_id(entry.kind, moment)) in taken:
        moment += timedelta(seconds=1)
    return identifier
