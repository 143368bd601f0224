"""Small whole backups for tests without a server: real gzip, real archives, sealed papers."""

import hashlib
import io
import random
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from backup.catalog import Catalog, Entry
from backup.contents import Contents, Database
from backup.dump.stream import gzip_stream
from backup.encryption import Recipients, encrypt
from backup.full.archive import DATABASE, MEDIA, ArchiveWriter
from backup.full.tree import Copied
from backup.manifest import (
    Comparison,
    FullParts,
    Manifest,
    Payload,
    Plaintext,
    Proof,
    Reason,
    Server,
)
from infra.conventions import BackupKind, backup_id, backup_payload_name

FOOTER = b"\n--\n-- PostgreSQL database dump complete\n--\n\n"
RESTRICTED_FOOTER = FOOTER + b"\\unrestrict k3Zb9\n\n"
STORED_BYTES = 30 << 10
"""A text that is stored, not compressed; just over the floor of a backup's size."""
COMPRESSED_BYTES = 140 << 10
SERVER = Server(version="17.4", version_number=170004, system_identifier="7", database="ledgerflow")
Papers = dict[str, bytes]
"""Files of a backup by name."""


def dump_of(rng: random.Random, size: int = STORED_BYTES) -> bytes:
    """Return the text of a dump of about `size` bytes, with its footer."""
    lines = [b"--\n-- PostgreSQL database dump\n--\n\nCOPY ledger.transaction FROM stdin;"]
    length = 0
    while length < size:
        note = rng.randbytes(12).hex()
        lines.append(f"{length}\t{rng.randrange(10**6) / 100:.2f}\t{note}".encode())
        length += len(lines[-1]) + 1
    return b"\n".join([*lines, b"\\.\n"]) + rng.choice((FOOTER, RESTRICTED_FOOTER))


def zipped(content: bytes) -> bytes:
    """Compress as a backup does."""
    target = io.BytesIO()
    gzip_stream(io.BytesIO(content).readinto, target, level=4, threads=1)
    return target.getvalue()


def archive_of(identifier: str, dump: bytes, media: Mapping[str, bytes]) -> tuple[bytes, FullParts]:
    """Return the tar of a full backup, and what a manifest says of it."""
    tar = io.BytesIO()
    writer = ArchiveWriter(tar)
    for path, content in {DATABASE: zipped(dump), **media}.items():
        name = path if path == DATABASE else f"{MEDIA}{path}"
        digest = hashlib.sha256(content).hexdigest()
        writer.add(name, Copied(io.BytesIO(content), len(content), digest, 0o440, 0, (0, 0)))
    files = writer.finish(identifier, 0)
    return tar.getvalue(), FullParts(files=files)


def papers(
    environment: str,
    created: datetime,
    rng: random.Random,
    *,
    kind: BackupKind = "db",
    size: int = STORED_BYTES,
    recipients: Recipients | None = None,
    reason: Reason = "scheduled",
) -> Papers:
    """Return the files of one proven backup."""
    identifier = backup_id(kind, created)
    dump, parts = dump_of(rng, size), None
    plain = zipped(dump)
    if kind == "full":
        media = {f"{n:02}/scan.pdf": rng.randbytes(rng.randrange(4000)) for n in range(4)}
        tar, parts = archive_of(identifier, dump, media)
        plain = zipped(tar)
    name = backup_payload_name(identifier, kind, encrypted=recipients is not None)
    stored = encrypted(plain, recipients) if recipients else plain
    manifest = Manifest(
        id=identifier,
        kind=kind,
        environment=environment,
        created=created,
        seconds=1,
        reason=reason,
        tool="0.1.0",
        server=SERVER,
        payload=payload(name, stored, plain, recipients),
        contents=_contents(rng),
        full=parts,
    )
    return papers_of(manifest, stored)


def payload(name: str, stored: bytes, plain: bytes, recipients: Recipients | None) -> Payload:
    """Describe a payload."""
    digest = hashlib.sha256(plain).hexdigest()
    return Payload(
        name=name,
        size=len(stored),
        sha256=hashlib.sha256(stored).hexdigest(),
        plaintext=Plaintext(size=len(plain), sha256=digest) if recipients else None,
        recipients=recipients.fingerprints if recipients else (),
    )


def papers_of(manifest: Manifest, stored: bytes) -> Papers:
    """Return the files of a proven backup with this manifest."""
    proof = Proof(
        id=manifest.id,
        manifest_sha256=manifest.sha256,
        result="proven",
        finished=manifest.created,
        seconds=2,
        server_version="17.4",
        comparisons=(Comparison(subject="rows of tables", compared=2),),
    )
    return {
        manifest.payload.name: stored,
        f"{manifest.id}.json": manifest.document(),
        f"{manifest.id}.proof.json": proof.document(),
    }


def encrypted(plain: bytes, recipients: Recipients) -> bytes:
    """Encrypt as a backup does."""
    target = io.BytesIO()
    encrypt(io.BytesIO(plain), target, recipients)
    return target.getvalue()


def put(folder: Path, files: Papers) -> Entry:
    """Write the files of one backup; return its entry."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (identifier,) = (name[: -len(".proof.json")] for name in files if name.endswith(".proof.json"))
    return Catalog(folder).entry(identifier)


def _contents(rng: random.Random) -> Contents:
    known = Database(
        encoding="UTF8", locale_provider="c", collate="C", ctype="C", owner="ledgerflow"
    )
    tables = {"ledger.account": rng.randrange(1000), "ledger.transaction": rng.randrange(10**6)}
    return Contents(database=known, tables=tables, fingerprint=rng.randbytes(32).hex())
