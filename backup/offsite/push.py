"""Copying backups to the store: payload, proof, manifest last, as in the archive itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from backup.catalog import Entry
from backup.errors import ArchiveError, DamageError
from backup.offsite.errors import MissingError
from backup.offsite.remote import RemoteCatalog, RemoteEntry
from backup.offsite.store import Store
from backup.offsite.upload import STATE_FOLDER, Progress, UploadState, held, state_path, upload
from backup.offsite.verification import Method
from backup.publish import remove
from backup.steps import step

ORPHAN_AGE = timedelta(hours=24)
"""An upload in parts that is older and that nothing here goes on with is given up."""


@dataclass(frozen=True)
class Pushed:
    """What became of one backup; `method` tells how its payload was verified."""

    id: str
    method: Method | None
    """None when it was in the store already."""


def push(
    store: Store, entry: Entry, known: RemoteEntry | None = None, progress: Progress | None = None
) -> Pushed:
    """Copy one backup; `known` is what the store has of it. Safe to run again at any time.

    Raises:
        DamageError: the local backup is not sound; nothing of it is listed in the store.
        OffsiteError: one of its named kinds; nothing half sent is listed in the store.
    """
    manifest = entry.manifest
    if manifest is None or entry.problems:
        raise DamageError(
            f"{entry.id} is damaged and was not sent: {entry.problems[0]}",
            "look at the archive with `check`",
        )
    complete = known is not None and known.manifest == manifest and not known.problems
    method = None
    if not complete:
        path = entry.payload_path
        method = held(store, path, manifest.payload.sha256)
        if method is None:
            method, _ = upload(store, path, manifest.payload.sha256, progress)
        elif state_path(path).exists():  # killed between the last part and this line
            remove(state_path(path), "upload-state")
    if entry.proof is not None and (known is None or known.proof != entry.proof):
        _document(store, entry.evidence_path)
        _document(store, entry.proof_path)
    if not complete:
        _document(store, entry.manifest_path)
    step("offsite.pushed")
    return Pushed(entry.id, method)


def push_all(
    store: Store, entries: Iterable[Entry], progress: Progress | None = None
) -> Iterable[Pushed]:
    """Copy what the store lacks, the newest first, because that is missed most.

    Only proven backups go: an unproven one is no backup yet. Raises as `push`.
    """
    known = {entry.id: entry for entry in RemoteCatalog(store).entries()}
    for entry in sorted(entries, key=lambda each: each.created, reverse=True):
        if entry.proven:
            yield push(store, entry, known.get(entry.id), progress)


def abort_orphans(store: Store, folder: Path, now: datetime) -> list[str]:
    """Give up uploads in parts that nobody goes on with; return their keys.

    Those that a state file of the archive's `folder` still belongs to are gone on with. State
    files whose payload is gone are removed. Raises OffsiteError.
    """
    wanted = _continuing(folder)
    aborted = []
    for page in store.pages("listing uploads in parts", "list_multipart_uploads"):
        for each in page.get("Uploads", []):
            if each["UploadId"] in wanted or now - each["Initiated"] <= ORPHAN_AGE:
                continue
            try:
                store.request(
                    "giving up an old upload", "abort_multipart_upload",
                    Key=each["Key"], UploadId=each["UploadId"],
                )  # fmt: skip
            except MissingError:
                continue
            aborted.append(each["Key"])
    return aborted


def _continuing(folder: Path) -> set[str]:
    found = set()
    states = folder / STATE_FOLDER
    for place in sorted(states.glob("*.upload.json")) if states.is_dir() else []:
        payload = folder / place.name.removesuffix(".upload.json")
        try:
            state = UploadState.read(place.read_bytes(), place.name)
        except (DamageError, OSError):
            remove(place, "upload-state")
            continue
        if payload.exists():
            found.add(state.upload_id)
        else:
            remove(state_path(payload), "upload-state")
    return found


def _document(store: Store, path: Path) -> None:
    """Send a manifest or a proof; those are small and verified like all."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return  # the words for people may be missing; a manifest and a proof were just read
    except OSError as error:
        raise ArchiveError(
            f"{path} cannot be read: {error.strerror}", "look at the archive's disk"
        ) from error
    upload(store, path, hashlib.sha256(content).hexdigest())
