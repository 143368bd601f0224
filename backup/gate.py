"""The gate before every destructive step: is there a fresh backup that was proved by a restore?

Standard library only and quick to import, because a hook, a policy, a manage.py and a git hook all
ask it. It reads the catalog's files and nothing else: no Docker, no database.

What it looks at: the manifest's and the proof's seals, that the proof is of this very manifest,
and that the payload is there with the manifest's size. What it leaves to ``ledgerflow-backup
check``: reading the payload to its end.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from infra.conventions import (
    BACKUP_DUMP_MEMBER,
    BACKUP_ID,
    BACKUP_ID_TIME,
    BACKUP_MANIFEST_SUFFIX,
    BACKUP_PROOF_SUFFIX,
)

SEAL: Final = "seal"
MAX_AGE: Final = timedelta(hours=24)
"""How old the newest proven backup may be, unless the environment's setting says otherwise: the
daily full backup and one missed hour less would let it pass, two missed days never."""
MINIMUM_BYTES: Final = 10 * 1024
"""A payload that is not larger holds no database, whatever its manifest says."""
CLOCK_SLACK: Final = timedelta(minutes=5)
"""How far in the future a backup may be: two machines' clocks differ a little."""


@dataclass(frozen=True)
class BackupStatus:
    """The answer: ``verified`` and, for people, the reason; the rest is of the backup meant."""

    verified: bool
    reason: str
    id: str | None = None
    created: datetime | None = None
    payload: Path | None = None

    def as_data(self) -> dict[str, object]:
        """Return the answer for a program."""
        return {
            "verified": self.verified,
            "reason": self.reason,
            "id": self.id,
            "created": self.created.isoformat() if self.created else None,
            "payload": str(self.payload) if self.payload else None,
        }


class _UnusableError(Exception):
    """A backup does not count; the message says why."""


def status(
    environment: str, archive: Path, now: datetime, max_age: timedelta = MAX_AGE
) -> BackupStatus:
    """Tell whether ``archive/<environment>`` holds a proven backup younger than ``max_age``.

    A newer backup that does not count hides no older one that does; when none does, the reason is
    that of the newest one.
    """
    folder = archive / environment
    try:
        newest_first = sorted(_identifiers(folder), key=_time, reverse=True)
    except OSError as error:
        return BackupStatus(False, f"{folder} cannot be read: {error.strerror}")
    first: BackupStatus | None = None
    for identifier in newest_first:
        answer = _judged(folder, identifier, environment, now, max_age)
        if answer.verified:
            return answer
        first = first or answer
        if answer.created is not None and now - answer.created > max_age:
            break  # what is older is too old as well
    return first or BackupStatus(False, f"no verified backup of {environment} exists in {folder}")


def _identifiers(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        stem = path.name.removesuffix(BACKUP_MANIFEST_SUFFIX)
        if stem != path.name and BACKUP_ID.fullmatch(stem):
            yield stem


def _time(identifier: str) -> datetime:
    match = BACKUP_ID.fullmatch(identifier)
    moment = match[2] if match else ""
    try:
        return datetime.strptime(moment, BACKUP_ID_TIME).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _judged(
    folder: Path, identifier: str, environment: str, now: datetime, max_age: timedelta
) -> BackupStatus:
    created = _time(identifier)
    age = now - created
    try:
        payload = _proven_payload(folder, identifier, environment)
        _refuse_age(age, max_age)
    except _UnusableError as why:
        reason = f"the newest backup of {environment}, {identifier}, {why}"
        return BackupStatus(False, reason, identifier, created)
    reason = f"{identifier} is proven and {_words(age)} old"
    return BackupStatus(True, reason, identifier, created, payload)


def _refuse_age(age: timedelta, max_age: timedelta) -> None:
    if age < -CLOCK_SLACK:
        raise _UnusableError(f"lies {_words(-age)} in the future: somebody's clock is wrong")
    if age > max_age:
        raise _UnusableError(f"is proven but {_words(age)} old; {_words(max_age)} are allowed")


def _proven_payload(folder: Path, identifier: str, environment: str) -> Path:
    """Return the payload of a backup that was proved; raise _UnusableError."""
    document = _read(folder / f"{identifier}{BACKUP_MANIFEST_SUFFIX}")
    manifest = _unsealed(document, "its manifest")
    if manifest.get("id") != identifier or manifest.get("environment") != environment:
        raise _UnusableError("has the manifest of another backup")
    payload = _payload(folder, manifest)
    proof_path = folder / f"{identifier}{BACKUP_PROOF_SUFFIX}"
    if not proof_path.exists():
        raise _UnusableError("was never proved by a restore")
    proof = _unsealed(_read(proof_path), "its proof")
    if proof.get("manifest_sha256") != hashlib.sha256(document).hexdigest():
        raise _UnusableError("has the proof of another backup")
    if proof.get("result") != "proven":
        raise _UnusableError(f"was restored, and failed: {proof.get('problem') or 'it differs'}")
    return payload


def _payload(folder: Path, manifest: dict[str, Any]) -> Path:
    described = manifest.get("payload")
    if not isinstance(described, dict):
        raise _UnusableError("has a manifest without a payload")
    name, size = str(described.get("name")), described.get("size")
    path = folder / name
    if path.parent != folder or path.is_symlink() or not path.is_file():
        raise _UnusableError(f"has lost its payload {name}")
    found = path.stat().st_size
    if found != size:
        raise _UnusableError(f"is damaged: {name} has {found} bytes, {size} were written")
    if _dump_bytes(manifest, found) <= MINIMUM_BYTES:
        raise _UnusableError(f"is damaged: {name} has no more than {MINIMUM_BYTES} bytes of dump")
    return path


def _dump_bytes(manifest: dict[str, Any], payload: int) -> int:
    """Return the size of the payload, or that of the dump in a full backup if it is larger."""
    full = manifest.get("full")
    files = full["files"] if isinstance(full, dict) else ()
    return max(payload, *(int(f["size"]) for f in files if f["path"] == BACKUP_DUMP_MEMBER), 0)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _UnusableError(f"cannot be read: {path.name}: {error.strerror}") from None


def _unsealed(document: bytes, what: str) -> dict[str, Any]:
    """Return a sealed document as :mod:`backup.canonical` wrote it; raise _UnusableError otherwise.

    Both the seal and the very bytes must be right; see there.
    """
    try:
        sealed = json.loads(document)
        content = {key: value for key, value in sealed.items() if key != SEAL}
        intact = _canonical(sealed) == document and sealed.get(SEAL) == _sha256(content)
    except (ValueError, AttributeError, RecursionError):
        intact, content = False, {}
    if not intact:
        raise _UnusableError(f"is damaged: {what} was changed since it was written")
    return content


def _canonical(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def _sha256(content: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(content)).hexdigest()


def _words(age: timedelta) -> str:
    minutes = max(int(age.total_seconds()) // 60, 0)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h"
