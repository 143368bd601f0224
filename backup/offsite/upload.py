"""Sending one file: small ones whole, large ones in parts that are not sent twice.

What an interrupted upload needs to go on is a small file in `.offsite/` of the archive's folder;
which parts the store really has, the store is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from backup.canonical import Sealed
from backup.errors import ArchiveError, DamageError, OffsiteError, SettingsError
from backup.offsite.errors import MissingError, UnsupportedError
from backup.offsite.settings import PREFIX
from backup.offsite.store import Store
from backup.offsite.verification import Method, Part, Sent, verify
from backup.publish import make_folder, publish_bytes, remove
from backup.steps import step

STATE_FOLDER = ".offsite"
MOST_PARTS = 10_000
"""S3's limit."""
Progress = Callable[[int, int], None]
"""Is told the bytes done and the bytes in all."""


class UploadState(Sealed):
    """An upload in parts that has begun."""

    format: Literal[1] = 1
    endpoint: str
    bucket: str
    key: str
    upload_id: str
    part_size: int
    payload_sha256: str


def upload(
    store: Store, path: Path, sha256: str, progress: Progress | None = None
) -> tuple[Method, Sent]:
    """Send the file `path`, whose SHA-256 is known, and verify what the store then holds.

    Raises:
        DamageError: the local file is not the one with this checksum; nothing is published.
        MismatchError: the store holds something else.
        OffsiteError: another of its named kinds.
    """
    if _size(path) <= store.settings.part_size:
        sent = _whole(store, path, sha256)
    else:
        sent = _in_parts(store, path, sha256, progress or (lambda done, total: None))
    method = verify(store, store.key(path.name), sent)
    step("offsite.verified")
    return method, sent


def held(store: Store, path: Path, sha256: str) -> Method | None:
    """Tell how the store's object was found to be the file `path` already; None when it is not."""
    size, part_size = _size(path), store.settings.part_size
    multipart = size > part_size
    try:
        head = store.request("looking for an object", "head_object", Key=store.key(path.name))
    except MissingError:
        return None
    if head.get("ContentLength") != size:
        return None
    parts = tuple(Part.of(*numbered) for numbered in _portions(path, part_size))
    with suppress(OffsiteError):
        return verify(store, store.key(path.name), Sent(size, sha256, parts, multipart))
    return None


def lock_fields(store: Store) -> dict[str, Any]:
    """What a request says so that the object is locked, where the bucket locks."""
    if not store.locks:
        return {}
    until = datetime.now(UTC).replace(microsecond=0) + store.settings.lock_time
    return {"ObjectLockMode": store.settings.lock_mode, "ObjectLockRetainUntilDate": until}


def state_path(path: Path) -> Path:
    """Where the state of the upload of `path` lies."""
    return path.parent / STATE_FOLDER / f"{path.name}.upload.json"


def _whole(store: Store, path: Path, sha256: str) -> Sent:
    content = _read(path)
    part = Part.of(1, content)
    _insist(path, part.sha256.hex(), sha256)
    fields = {"Metadata": {"ledgerflow-sha256": sha256}, **lock_fields(store)}
    key = store.key(path.name)
    _with_checksum(
        store, part, f"sending {path.name}", "put_object", Key=key, Body=content, **fields
    )
    step("offsite.sent")
    return Sent(len(content), sha256, (part,), multipart=False)


def _in_parts(store: Store, path: Path, sha256: str, progress: Progress) -> Sent:
    state = _continued(store, path, sha256) or _begun(store, path, sha256)
    stored = _listed(store, state)
    parts, listed, digest, done, total = [], [], hashlib.sha256(), 0, _size(path)
    for number, content in _portions(path, state.part_size):
        part = Part.of(number, content)
        digest.update(content)
        there = stored.get(number)
        if there is None or not part.is_stored(there):
            there = _with_checksum(
                store, part, f"sending part {number} of {path.name}", "upload_part",
                Key=state.key, UploadId=state.upload_id, PartNumber=number, Body=content,
            )  # fmt: skip
            step("offsite.part")
        parts.append(part)
        listed.append(_completing(part, there))
        done += part.size
        progress(done, total)
    _insist(path, digest.hexdigest(), sha256)
    _complete(store, state, listed)
    step("offsite.completed")
    remove(state_path(path), "upload-state")
    return Sent(done, sha256, tuple(parts), multipart=True)


def _completing(part: Part, there: dict[str, Any]) -> dict[str, Any]:
    line = {"PartNumber": part.number, "ETag": there["ETag"]}
    if there.get("ChecksumSHA256"):
        line["ChecksumSHA256"] = there["ChecksumSHA256"]
    return line


def _continued(store: Store, path: Path, sha256: str) -> UploadState | None:
    """The upload that an earlier run began, if it was of this file and still is there."""
    place = state_path(path)
    try:
        state = UploadState.read(place.read_bytes(), place.name)
    except (OSError, DamageError):
        return None
    wanted = (store.settings.endpoint or "", store.settings.bucket, store.key(path.name), sha256)
    if (state.endpoint, state.bucket, state.key, state.payload_sha256) != wanted:
        return None
    try:
        _listed(store, state)
    except MissingError:
        return None
    return state


def _begun(store: Store, path: Path, sha256: str) -> UploadState:
    if _size(path) > MOST_PARTS * store.settings.part_size:
        raise SettingsError(
            f"{path.name} would need more than {MOST_PARTS:,} parts",
            f"raise {PREFIX}PART_MIB, now {store.settings.part_mib}",
        )
    fields = {"Metadata": {"ledgerflow-sha256": sha256}, **lock_fields(store)}
    key = store.key(path.name)
    for checksum in ({"ChecksumAlgorithm": "SHA256"}, {}) if store.takes_checksums else ({},):
        try:
            answer = store.request(
                f"beginning to send {path.name}", "create_multipart_upload",
                Key=key, **fields, **checksum,
            )  # fmt: skip
            break
        except UnsupportedError:
            if not checksum:
                raise
            store.takes_checksums = False
    state = UploadState(
        endpoint=store.settings.endpoint or "",
        bucket=store.settings.bucket,
        key=key,
        upload_id=answer["UploadId"],
        part_size=store.settings.part_size,
        payload_sha256=sha256,
    )
    place = state_path(path)
    make_folder(place.parent)
    publish_bytes(place.parent, place.name, state.document(), "upload-state", replace=True)
    return state


def _listed(store: Store, state: UploadState) -> dict[int, dict[str, Any]]:
    """The parts that the store says it has."""
    found: dict[int, dict[str, Any]] = {}
    marker: dict[str, Any] = {}
    while True:
        page = store.request(
            "listing the parts of an upload", "list_parts",
            Key=state.key, UploadId=state.upload_id, **marker,
        )  # fmt: skip
        found.update({each["PartNumber"]: each for each in page.get("Parts", [])})
        if not page.get("IsTruncated"):
            return found
        marker = {"PartNumberMarker": page["NextPartNumberMarker"]}


def _complete(store: Store, state: UploadState, parts: list[dict[str, Any]]) -> None:
    """Put the parts together; an answer that was lost is made up for by the verification."""
    with suppress(MissingError):
        store.request(
            "putting the parts together", "complete_multipart_upload",
            Key=state.key, UploadId=state.upload_id, MultipartUpload={"Parts": parts},
        )  # fmt: skip


def _with_checksum(
    store: Store, part: Part, doing: str, method: str, **arguments: object
) -> dict[str, Any]:
    """Send bytes with their digests, without SHA-256 where the store does not know it."""
    arguments["ContentMD5"] = part.md5_header
    if store.takes_checksums:
        try:
            return store.request(doing, method, ChecksumSHA256=part.sha256_header, **arguments)
        except UnsupportedError:
            store.takes_checksums = False
    return store.request(doing, method, **arguments)


def _portions(path: Path, size: int) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as opened:
            number = 0
            while content := opened.read(size):
                number += 1
                yield number, content
    except OSError as error:
        raise _unreadable(path, error) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ArchiveError:
    return ArchiveError(f"{path} cannot be read: {error.strerror}", "look at the archive's disk")


def _insist(path: Path, found: str, wanted: str) -> None:
    if found != wanted:
        raise DamageError(
            f"{path.name} is not what its manifest tells of; it was not sent",
            "look at the archive with `check`, and push another backup",
        )
