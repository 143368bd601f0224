"""Archives for tests: sealed manifests and proofs around payloads that hold nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from backup.contents import Contents, Database
from backup.manifest import Manifest, Payload, Proof, Server
from infra.conventions import BackupKind, backup_id, backup_payload_name

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SIZE = 20_000


def dump_of(size: int) -> list[dict[str, object]]:
    """What a full backup lists of its dump."""
    return [{"path": "database.sql.gz", "size": size, "sha256": "0" * 64}]


def contents() -> Contents:
    database = Database(
        encoding="UTF8", locale_provider="c", collate="C", ctype="C", owner="ledgerflow"
    )
    return Contents(database=database, tables={"public.account": 3}, fingerprint="0" * 64)


def write_backup(
    archive: Path,
    environment: str,
    age: timedelta,
    *,
    kind: BackupKind = "db",
    size: int = SIZE,
    proof: str | None = "proven",
    now: datetime = NOW,
) -> str:
    """Put a backup that was begun `age` before `now` into the archive; return its id."""
    folder = archive / environment
    folder.mkdir(parents=True, exist_ok=True)
    created = now - age
    identifier = backup_id(kind, created)
    name = backup_payload_name(identifier, kind, encrypted=False)
    manifest = Manifest(
        id=identifier,
        kind=kind,
        environment=environment,
        created=created,
        seconds=1.5,
        reason="manual",
        tool="0.1.0",
        server=Server(
            version="17.4", version_number=170004, system_identifier="7", database="ledgerflow"
        ),
        payload=Payload(name=name, size=size, sha256="0" * 64),
        contents=contents(),
        full={"files": dump_of(size)} if kind == "full" else None,
    )
    (folder / name).write_bytes(bytes(size))
    (folder / f"{identifier}.json").write_bytes(manifest.document())
    if proof:
        record = Proof(
            id=identifier,
            manifest_sha256=manifest.sha256,
            result=proof,
            finished=created,
            seconds=2,
            server_version="17.4",
            comparisons=(),
            problem=None if proof == "proven" else "three rows are missing",
        )
        (folder / f"{identifier}.proof.json").write_bytes(record.document())
    return identifier
