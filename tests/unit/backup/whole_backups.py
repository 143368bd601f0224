"""Backups for tests whose payloads have content that the manifest's checksums belong to."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from pathlib import Path

from backup_files import dump_of

from backup.catalog import Catalog, Entry
from backup.contents import Contents, Database
from backup.encryption import Recipients, encrypt
from backup.manifest import Comparison, Manifest, Payload, Plaintext, Proof, Server
from backup.publish import make_folder, publish_bytes
from infra.conventions import BackupKind, backup_id, backup_payload_name

DUMP = b"-- a dump of the ledger\n" * 1000
SERVER = Server(version="17.4", version_number=170004, system_identifier="7", database="ledgerflow")


def write_whole_backup(
    folder: Path,
    created: datetime,
    content: bytes = DUMP,
    *,
    kind: BackupKind = "db",
    reason: str = "scheduled",
    proven: bool = True,
    recipients: Recipients | None = None,
) -> Entry:
    """Put one whole backup into `folder`, which ends in the environment's name."""
    make_folder(folder)
    identifier = backup_id(kind, created)
    name = backup_payload_name(identifier, kind, encrypted=recipients is not None)
    plaintext, fingerprints, stored = None, (), content
    if recipients is not None:
        plaintext = Plaintext(size=len(content), sha256=hashlib.sha256(content).hexdigest())
        fingerprints, encrypted = recipients.fingerprints, io.BytesIO()
        encrypt(io.BytesIO(content), encrypted, recipients)
        stored = encrypted.getvalue()
    payload = Payload(
        name=name,
        size=len(stored),
        sha256=hashlib.sha256(stored).hexdigest(),
        plaintext=plaintext,
        recipients=fingerprints,
    )
    manifest = Manifest(
        id=identifier,
        kind=kind,
        environment=folder.name,
        created=created,
        seconds=1,
        reason=reason,
        tool="0.1.0",
        server=SERVER,
        payload=payload,
        contents=_contents(),
        full={"files": dump_of(len(content))} if kind == "full" else None,
    )
    publish_bytes(folder, name, stored, "payload")
    if proven:
        write_proof(folder, manifest)
    publish_bytes(folder, f"{identifier}.json", manifest.document(), "manifest")
    return Catalog(folder).entry(identifier)


def write_proof(folder: Path, manifest: Manifest, result: str = "proven") -> None:
    proof = Proof(
        id=manifest.id,
        manifest_sha256=manifest.sha256,
        result=result,
        finished=manifest.created,
        seconds=2,
        server_version="17.4",
        comparisons=(Comparison(subject="rows of tables", compared=1),),
    )
    name = f"{manifest.id}.proof"
    publish_bytes(folder, f"{name}.json", proof.document(), "proof", replace=True)
    publish_bytes(folder, f"{name}.md", b"# It restores\n", "evidence", replace=True)


def _contents() -> Contents:
    known = {"encoding": "UTF8", "locale_provider": "c", "collate": "C", "ctype": "C"}
    known |= {"owner": "ledgerflow", "superuser": "postgres"}
    fields = {name: value for name, value in known.items() if name in Database.model_fields}
    database = Database.model_validate(fields)
    return Contents(database=database, tables={"public.account": 3}, fingerprint="0" * 64)
