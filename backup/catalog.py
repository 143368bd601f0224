"""The catalog: what lies in one environment's folder of the archive.

There is no index that could disagree with the files: the files are the catalog. What cannot be
understood is listed as damaged, with the reason, and never left out in silence.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from backup.errors import ArchiveError, DamageError, NotFoundError
from backup.manifest import Manifest, Proof, taken_at
from infra.conventions import (
    BACKUP_ENCRYPTED_SUFFIX,
    BACKUP_EVIDENCE_SUFFIX,
    BACKUP_ID,
    BACKUP_MANIFEST_SUFFIX,
    BACKUP_PAYLOAD_SUFFIXES,
    BACKUP_PROOF_SUFFIX,
    BackupKind,
    backup_payload_name,
)

_ENDS: Final = frozenset(
    {
        *BACKUP_PAYLOAD_SUFFIXES.values(),
        *(f"{end}{BACKUP_ENCRYPTED_SUFFIX}" for end in BACKUP_PAYLOAD_SUFFIXES.values()),
        BACKUP_PROOF_SUFFIX,
        BACKUP_EVIDENCE_SUFFIX,
    }
)
"""How the names of a backup's files end, but for the manifest's."""


@dataclass(frozen=True)
class Entry:
    """One backup: its manifest, its proof if there is one, and what is wrong with it."""

    id: str
    kind: BackupKind
    created: datetime
    """From the id; the manifest of an undamaged backup says the same."""
    folder: Path
    manifest: Manifest | None
    """None when the manifest is damaged; `problems` says how."""
    proof: Proof | None = None
    """The last one, whatever its result; None when there is none or it is damaged."""
    problems: tuple[str, ...] = field(default=())
    """What a look at names, sizes and seals shows; empty for a sound backup."""

    @property
    def manifest_path(self) -> Path:
        """The manifest's file."""
        return self.folder / f"{self.id}{BACKUP_MANIFEST_SUFFIX}"

    @property
    def payload_path(self) -> Path:
        """The payload's file, by the manifest; by what lies there when that is damaged."""
        if self.manifest is not None:
            return self.folder / self.manifest.payload.name
        encrypted = self.folder / backup_payload_name(self.id, self.kind, encrypted=True)
        plain = self.folder / backup_payload_name(self.id, self.kind, encrypted=False)
        return encrypted if encrypted.exists() else plain

    @property
    def proof_path(self) -> Path:
        """Where the proof lies or will lie."""
        return self.folder / f"{self.id}{BACKUP_PROOF_SUFFIX}"

    @property
    def evidence_path(self) -> Path:
        """Where the proof for people lies or will lie."""
        return self.folder / f"{self.id}{BACKUP_EVIDENCE_SUFFIX}"

    @property
    def damaged(self) -> bool:
        """Whether anything is known to be wrong with its files."""
        return bool(self.problems)

    @property
    def proven(self) -> bool:
        """Whether it was restored, equalled this very manifest, and shows no damage since."""
        return (
            not self.problems
            and self.manifest is not None
            and self.proof is not None
            and self.proof.proves(self.manifest)
        )


class Catalog:
    """The backups in `folder`, which is `<archive>/<environment>`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def entries(self) -> list[Entry]:
        """Return every backup, the oldest first; an archive not yet made has none.

        Raises `ArchiveError` when the folder cannot be read.
        """
        found = (self._identifier(name) for name in self._names())
        return [self._entry(identifier) for identifier in sorted(filter(None, found), key=_order)]

    def entry(self, identifier: str) -> Entry:
        """Return the backup `identifier`, also given as the name of one of its files.

        Raises `NotFoundError`.
        """
        name = Path(identifier).name
        match = BACKUP_ID.match(name)
        stem = match[0] if match else name
        if match is None or not (self.folder / f"{stem}{BACKUP_MANIFEST_SUFFIX}").exists():
            raise NotFoundError(
                f"{self.folder} has no backup {stem}", "see what there is with `list`"
            )
        return self._entry(stem)

    def strays(self) -> list[Path]:
        """Return files of backups that have no manifest: unfinished ones, or its manifest is lost.

        `backup.unfinished` tells which; the second kind is never removed.

        Only names that LedgerFlow writes: a copy that somebody named differently is theirs.
        """
        names = self._names()
        listed = {identifier for identifier in map(self._identifier, names) if identifier}
        return [
            self.folder / name
            for name in names
            if (match := BACKUP_ID.match(name)) is not None
            and match[0] not in listed
            and name[match.end() :] in _ENDS
        ]

    def _names(self) -> list[str]:
        try:
            return sorted(path.name for path in self.folder.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ArchiveError(
                f"{self.folder} cannot be read: {error.strerror}",
                "check that its disk is mounted and that this user may read it",
            ) from error

    @staticmethod
    def _identifier(name: str) -> str | None:
        stem = name.removesuffix(BACKUP_MANIFEST_SUFFIX)
        return stem if stem != name and BACKUP_ID.fullmatch(stem) else None

    def _entry(self, identifier: str) -> Entry:
        kind: BackupKind = "full" if "_full_" in identifier else "db"
        problems: list[str] = []
        manifest = self._manifest(identifier, problems)
        proof = self._proof(identifier, problems)
        return Entry(
            identifier,
            kind,
            taken_at(identifier),
            self.folder,
            manifest,
            proof,
            tuple(problems),
        )

    def _manifest(self, identifier: str, problems: list[str]) -> Manifest | None:
        path = self.folder / f"{identifier}{BACKUP_MANIFEST_SUFFIX}"
        try:
            manifest = Manifest.read(path.read_bytes(), path.name)
        except DamageError as error:
            problems.append(error.what)
            return None
        except OSError as error:
            problems.append(f"{path.name} cannot be read: {error.strerror}")
            return None
        problems.extend(self._mismatches(manifest, identifier))
        return manifest

    def _mismatches(self, manifest: Manifest, identifier: str) -> list[str]:
        """What names and sizes show without reading the payload."""
        if manifest.id != identifier:
            return [f"{identifier}{BACKUP_MANIFEST_SUFFIX} is the manifest of {manifest.id}"]
        if manifest.environment != self.folder.name:
            return [f"it is a backup of {manifest.environment}, not of {self.folder.name}"]
        payload = self.folder / manifest.payload.name
        try:
            size = payload.stat().st_size
        except OSError as error:
            return [f"{payload.name}: {error.strerror}"]
        if size != manifest.payload.size:
            return [f"{payload.name} has {size} bytes, {manifest.payload.size} were written"]
        return []

    def _proof(self, identifier: str, problems: list[str]) -> Proof | None:
        path = self.folder / f"{identifier}{BACKUP_PROOF_SUFFIX}"
        try:
            return Proof.read(path.read_bytes(), path.name)
        except FileNotFoundError:
            return None
        except DamageError as error:
            problems.append(error.what)
        except OSError as error:
            problems.append(f"{path.name} cannot be read: {error.strerror}")
        return None


def _order(identifier: str) -> tuple[datetime, str]:
    return taken_at(identifier), identifier
