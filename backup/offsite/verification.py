"""Whether the store holds what was sent, by what the store itself reports.

In this order: the SHA-256 that it computed; its ETag, where that is an MD5; and where it reports
neither, the object is read back and hashed. The answer says which.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from backup.offsite.errors import MismatchError, UnsupportedError
from backup.offsite.store import Store

Method = Literal["sha256", "etag", "read back"]

_PORTION = 1 << 20


@dataclass(frozen=True)
class Part:
    """The digests of one part as S3 writes them."""

    number: int
    size: int
    sha256: bytes
    md5: bytes

    @classmethod
    def of(cls, number: int, content: bytes) -> Part:
        """Compute them."""
        md5 = hashlib.md5(content, usedforsecurity=False).digest()
        return cls(number, len(content), hashlib.sha256(content).digest(), md5)

    @property
    def sha256_header(self) -> str:
        """As in `x-amz-checksum-sha256`."""
        return base64.b64encode(self.sha256).decode()

    @property
    def md5_header(self) -> str:
        """As in `Content-MD5`."""
        return base64.b64encode(self.md5).decode()

    def is_stored(self, listed: dict[str, Any]) -> bool:
        """Tell whether a line of the store's list of parts is this very part."""
        if listed.get("Size") != self.size:
            return False
        if checksum := listed.get("ChecksumSHA256"):
            return bool(checksum == self.sha256_header)
        return _etag(listed) == self.md5.hex()


@dataclass(frozen=True)
class Sent:
    """What was sent as one object: its digests as a whole and by parts."""

    size: int
    sha256: str
    parts: tuple[Part, ...]
    multipart: bool
    """Whether it went in parts; one part may do, and its digests are then written differently."""

    @property
    def checksum(self) -> str:
        """What the store reports as `ChecksumSHA256`: of the parts' digests when in parts."""
        if not self.multipart:
            return self.parts[0].sha256_header
        whole = hashlib.sha256(b"".join(part.sha256 for part in self.parts)).digest()
        return base64.b64encode(whole).decode()

    @property
    def etag(self) -> str:
        """The ETag of a store that makes it of MD5."""
        if not self.multipart:
            return self.parts[0].md5.hex()
        joined = b"".join(part.md5 for part in self.parts)
        return f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(self.parts)}"


def verify(store: Store, key: str, sent: Sent) -> Method:
    """Compare what the store holds under `key` with what was sent; return how.

    Raises:
        MismatchError: it is something else.
        OffsiteError: the store cannot be asked.
    """
    head = _head(store, key)
    if head.get("ContentLength") != sent.size:
        raise _mismatch(key, f"{head.get('ContentLength')} bytes, {sent.size} were sent")
    checksum, etag = head.get("ChecksumSHA256"), _etag(head)
    if checksum:
        if checksum.split("-")[0] not in (sent.checksum, _whole(sent)):
            raise _mismatch(key, "another SHA-256")
        return "sha256"
    encrypted = head.get("ServerSideEncryption", "AES256") != "AES256"
    if etag == sent.etag and not encrypted:
        return "etag"
    # An ETag need not be an MD5, even one that looks so: then the bytes themselves decide.
    if read_back(store, key) != sent.sha256:
        raise _mismatch(key, "other bytes, read back")
    return "read back"


def read_back(store: Store, key: str) -> str:
    """Return the hexadecimal SHA-256 of an object as it comes from the store."""
    for attempt in store.attempts():
        with attempt:
            body = store.once("reading back", "get_object", Key=key)["Body"]
            digest = hashlib.sha256()
            with store.reading("reading back"):
                for portion in body.iter_chunks(_PORTION):
                    digest.update(portion)
    return digest.hexdigest()


def _head(store: Store, key: str) -> dict[str, Any]:
    doing, method = "asking for an object's checksum", "head_object"
    if store.takes_checksums:
        try:
            return store.request(doing, method, Key=key, ChecksumMode="ENABLED")
        except UnsupportedError:
            store.takes_checksums = False
    return store.request(doing, method, Key=key)


def _whole(sent: Sent) -> str:
    return base64.b64encode(bytes.fromhex(sent.sha256)).decode()


def _etag(answer: dict[str, Any]) -> str:
    return str(answer.get("ETag", "")).strip('"').lower()


def _mismatch(key: str, what: str) -> MismatchError:
    return MismatchError(
        f"The store holds {what} under {key}", "push it again; if it stays so, use another store"
    )
