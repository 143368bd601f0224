"""What the store holds, read from the manifests there: no index that could disagree with it.

In a bucket with versions, everything that anyone did later is seen and reported: what was hidden
by a deletion is still listed and can be pulled, and what was overwritten counts with its first
version, because a backup's files are written once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from backup.errors import DamageError
from backup.manifest import Manifest, Proof, taken_at
from backup.offsite.errors import MissingError
from backup.offsite.store import Store
from infra.conventions import (
    BACKUP_EVIDENCE_SUFFIX,
    BACKUP_ID,
    BACKUP_MANIFEST_SUFFIX,
    BACKUP_PROOF_SUFFIX,
    BackupKind,
)

LARGEST_DOCUMENT = 64 << 20
"""Bytes of a manifest or proof that are read at the most."""


@dataclass(frozen=True)
class Version:
    """One version of one object, or the only one; `version_id` is None without versions."""

    name: str
    size: int
    etag: str
    modified: datetime
    version_id: str | None = None
    latest: bool = True
    deletion: bool = False
    """A mark that hides earlier versions."""

    @property
    def pointer(self) -> dict[str, str]:
        """What a request says to mean this version."""
        return {} if self.version_id is None else {"VersionId": self.version_id}


@dataclass(frozen=True)
class RemoteEntry:
    """One backup in the store."""

    id: str
    kind: BackupKind
    created: datetime
    manifest: Manifest | None
    document: bytes = b""
    """The manifest's bytes."""
    proof: Proof | None = None
    problems: tuple[str, ...] = ()
    files: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    """The versions of each of its files, oldest first, by name."""

    @property
    def proven(self) -> bool:
        """Whether a proof of this very manifest lies beside it, and nothing looks wrong."""
        return (
            not self.problems
            and self.manifest is not None
            and self.proof is not None
            and self.proof.proves(self.manifest)
        )

    def versions(self, name: str) -> tuple[Version, ...]:
        """The versions of one file that have content, oldest first."""
        return tuple(each for each in self.files.get(name, ()) if not each.deletion)


class RemoteCatalog:
    """The backups of one environment in the store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def entries(self, as_of: datetime | None = None) -> list[RemoteEntry]:
        """Return every backup, the oldest first; as the store was at `as_of`, when given.

        Raises OffsiteError.
        """
        files: dict[str, dict[str, list[Version]]] = defaultdict(lambda: defaultdict(list))
        for version in self._versions():
            match = BACKUP_ID.match(version.name)
            if match is not None and (as_of is None or version.modified <= as_of):
                files[match[0]][version.name].append(version)
        ordered = sorted(files, key=lambda identifier: (taken_at(identifier), identifier))
        found = (self._entry(identifier, files[identifier]) for identifier in ordered)
        return [entry for entry in found if entry is not None]

    def fetch(self, version: Version) -> bytes:
        """Return the bytes of a small object. Raises OffsiteError."""
        for attempt in self.store.attempts():
            with attempt:
                key = self.store.key(version.name)
                doing = f"reading {version.name}"
                answer = self.store.once(doing, "get_object", Key=key, **version.pointer)
                with self.store.reading(doing):
                    content: bytes = answer["Body"].read(LARGEST_DOCUMENT)
        return content

    def locked_until(self, entry: RemoteEntry) -> datetime | None:
        """Return when the last object lock on the backup's files ends. Raises OffsiteError."""
        ends = []
        for version in (each for name in entry.files for each in entry.versions(name)):
            try:
                head = self.store.request(
                    "asking for an object's lock", "head_object",
                    Key=self.store.key(version.name), **version.pointer,
                )  # fmt: skip
            except MissingError:
                continue
            if head.get("ObjectLockRetainUntilDate"):
                ends.append(head["ObjectLockRetainUntilDate"])
        return max(ends, default=None)

    def _versions(self) -> Iterable[Version]:
        """Every version of every object; where the bucket has none, every object."""
        doing = "listing the store"
        if not self.store.versioned:
            for page in self.store.pages(doing, "list_objects_v2"):
                yield from (self._version(each) for each in page.get("Contents", []))
            return
        for page in self.store.pages(doing, "list_object_versions"):
            yield from (self._version(each) for each in page.get("Versions", []))
            for each in page.get("DeleteMarkers", []):
                yield replace(self._version(each), deletion=True)

    def _version(self, listed: dict[str, Any]) -> Version:
        return Version(
            listed["Key"].removeprefix(self.store.folder),
            listed.get("Size", 0),
            str(listed.get("ETag", "")),
            listed["LastModified"],
            listed.get("VersionId"),
            bool(listed.get("IsLatest", True)),
        )

    def _entry(self, identifier: str, files: dict[str, list[Version]]) -> RemoteEntry | None:
        """The backup, or None without a manifest: then it is none, or not yet."""
        ordered = {name: _oldest_first(versions) for name, versions in files.items()}
        name = f"{identifier}{BACKUP_MANIFEST_SUFFIX}"
        manifests = [each for each in ordered.get(name, ()) if not each.deletion]
        if not manifests:
            return None
        kind: BackupKind = "full" if "_full_" in identifier else "db"
        problems = [problem for each in ordered.values() for problem in _tampering(each)]
        document = self.fetch(manifests[0])
        entry = RemoteEntry(identifier, kind, taken_at(identifier), None, document, files=ordered)
        try:
            manifest = Manifest.read(document, name)
        except DamageError as error:
            return replace(entry, problems=(error.what, *problems))
        problems = [*_mismatches(manifest, entry, self.store.environment), *problems]
        proof = self._proof(entry, manifest)
        return replace(entry, manifest=manifest, proof=proof, problems=tuple(problems))

    def _proof(self, entry: RemoteEntry, manifest: Manifest) -> Proof | None:
        """The newest readable proof; one that proves the manifest goes before the others."""
        found = []
        name = f"{entry.id}{BACKUP_PROOF_SUFFIX}"
        for version in reversed(entry.versions(name)):
            try:
                found.append(Proof.read(self.fetch(version), name))
            except DamageError:
                continue
        found.sort(key=lambda proof: (proof.finished, proof.proves(manifest)))
        return found[-1] if found else None


def _oldest_first(newest_first: list[Version]) -> tuple[Version, ...]:
    """Order as written; times are of whole seconds, within one the store's order decides."""
    versions = newest_first[::-1]
    versions.sort(key=lambda each: (each.modified, each.latest))
    return tuple(versions)


def _tampering(versions: tuple[Version, ...]) -> list[str]:
    """What someone did to a file after it was written; proofs may be written again."""
    name, last = versions[-1].name, versions[-1]
    found = []
    if last.deletion:
        found.append(f"{name} was hidden by a deletion at {last.modified:%Y-%m-%d %H:%M:%S} UTC")
    first, *later = [each for each in versions if not each.deletion] or [last]
    rewritten = [each for each in later if each.etag != first.etag]
    if rewritten and not name.endswith((BACKUP_PROOF_SUFFIX, BACKUP_EVIDENCE_SUFFIX)):
        found.append(f"{name} was overwritten at {rewritten[0].modified:%Y-%m-%d %H:%M:%S} UTC")
    return found


def _mismatches(manifest: Manifest, entry: RemoteEntry, environment: str) -> list[str]:
    if manifest.id != entry.id:
        return [f"{entry.id}{BACKUP_MANIFEST_SUFFIX} is the manifest of {manifest.id}"]
    if manifest.environment != environment:
        return [f"it is a backup of {manifest.environment}, not of {environment}"]
    payloads = entry.versions(manifest.payload.name)
    if not payloads:
        return [f"{manifest.payload.name} is missing"]
    if manifest.payload.size not in [each.size for each in payloads]:
        return [
            f"{manifest.payload.name} has {payloads[0].size} bytes,"
            f" {manifest.payload.size} were written"
        ]
    return []
