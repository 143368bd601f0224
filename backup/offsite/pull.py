"""Bringing a backup back from the store into an archive, verified to the last byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

from backup.catalog import Catalog, Entry
from backup.errors import DamageError, NotFoundError
from backup.offsite.errors import PASSING, MismatchError, NonsenseError
from backup.offsite.remote import RemoteCatalog, RemoteEntry, Version
from backup.offsite.store import Store
from backup.offsite.upload import Progress
from backup.publish import Sink, listed, make_folder, publication, publish_bytes
from backup.steps import step
from backup.unfinished import unfinished
from infra.conventions import (
    BACKUP_EVIDENCE_SUFFIX,
    BACKUP_MANIFEST_SUFFIX,
    BACKUP_PROOF_SUFFIX,
)

_PORTION = 1 << 20


def find(entries: list[RemoteEntry], identifier: str) -> RemoteEntry:
    """Return the backup of this id, or the newest proven one for `latest`; NotFoundError."""
    if identifier == "latest":
        proven = [entry for entry in entries if entry.proven]
        if proven:
            return proven[-1]
        raise NotFoundError("The store has no proven backup", "see what it has: `offsite list`")
    for entry in entries:
        if entry.id == identifier:
            return entry
    raise NotFoundError(f"The store has no backup {identifier}", "see what it has: `offsite list`")


def pull(store: Store, entry: RemoteEntry, folder: Path, progress: Progress | None = None) -> Entry:
    """Copy a backup of the store into `folder`, which ends in the environment's name.

    The caller holds the folder's lock. Files that are there already and right are left alone.

    Raises:
        DamageError: the manifest in the store is damaged, so that nothing can be verified.
        MismatchError: no version of the payload in the store is the one of the manifest.
        OffsiteError: another of its named kinds; nothing half pulled is listed.
    """
    if entry.manifest is None:
        raise DamageError(entry.problems[0], "pull another backup")
    make_folder(folder)
    with suppress(NotFoundError):
        present = Catalog(folder).entry(entry.id)
        if not present.problems and present.manifest == entry.manifest:
            return present
    there = any(path.name.startswith(entry.id) for path in listed(folder))
    # Files that were there before, such as a payload that lost its manifest, are not ours to clear.
    with nullcontext() if there else unfinished(folder, entry.id):
        _payload(store, entry, folder, progress or (lambda done, total: None))
        for suffix in (BACKUP_EVIDENCE_SUFFIX, BACKUP_PROOF_SUFFIX):
            _document(store, entry, folder, suffix)
        name = f"{entry.id}{BACKUP_MANIFEST_SUFFIX}"
        publish_bytes(folder, name, entry.document, "manifest", replace=True)
    step("offsite.pulled")
    return Catalog(folder).entry(entry.id)


def _payload(store: Store, entry: RemoteEntry, folder: Path, progress: Progress) -> None:
    """Try the versions of the right size, oldest first: the first one is the genuine one."""
    assert entry.manifest is not None  # noqa: S101 - the caller has looked
    payload = entry.manifest.payload
    for version in entry.versions(payload.name):
        if version.size != payload.size:
            continue
        sound = False
        with (
            suppress(MismatchError),
            publication(folder, payload.name, "payload", replace=True) as sink,
        ):
            _copy(store, version, sink, progress)
            _insist(version, sink, payload.sha256)
            sound = True
        if sound:
            return
    raise MismatchError(
        f"{payload.name} in the store is not what its manifest tells of",
        "pull another backup; in a bucket with versions, look at earlier ones: --as-of",
    )


def _insist(version: Version, sink: Sink, sha256: str) -> None:
    if sink.sha256 != sha256:
        raise MismatchError(f"{version.name} has other bytes", "pull another version")


def _copy(store: Store, version: Version, sink: Sink, progress: Progress) -> None:
    """Write an object into `sink`; after a break it goes on at the byte that was missing."""
    for attempt in store.attempts():
        with attempt:
            for portion in _portions(store, version, sink.size):
                sink.write(portion)
                progress(sink.size, version.size)
            if sink.size != version.size:
                raise NonsenseError(
                    f"{version.name} ended after {sink.size} of {version.size} bytes",
                    "pull it again",
                )


def _portions(store: Store, version: Version, begin: int) -> Iterator[bytes]:
    """The bytes from `begin` on, in portions; a store that sends others is not believed."""
    if begin >= version.size:
        return
    doing = f"reading {version.name}"
    answer = store.once(
        doing, "get_object", Key=store.key(version.name), Range=f"bytes={begin}-", **version.pointer
    )
    whole = answer.get("ContentLength") == version.size
    if begin and whole:
        raise MismatchError(f"{doing}: the store cannot go on in the middle", "pull it again")
    with store.reading(doing):
        yield from answer["Body"].iter_chunks(_PORTION)


def _document(store: Store, entry: RemoteEntry, folder: Path, suffix: str) -> None:
    """Bring back the proof as it was understood, and the words for people as they are."""
    name = f"{entry.id}{suffix}"
    if suffix == BACKUP_PROOF_SUFFIX:
        if entry.proof is not None:
            publish_bytes(folder, name, entry.proof.document(), "proof", replace=True)
    elif entry.versions(name):
        with suppress(*PASSING):
            words = RemoteCatalog(store).fetch(entry.versions(name)[-1])
            publish_bytes(folder, name, words, "evidence", replace=True)
