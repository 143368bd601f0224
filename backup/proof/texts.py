"""The text of a backup's dump, wherever it lies: in a file, or in an encrypted one."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Final, Protocol

from zlib_ng import zlib_ng

from backup.catalog import Entry
from backup.dump.stream import GZIP_BITS, InflateError
from backup.encryption import Identities, decrypt
from backup.errors import DamageError, EncryptionError, ScratchError
from backup.manifest import Plaintext
from backup.proof.loading import Readable

_CHUNK_BYTES: Final = 256 << 10
_REMEDY: Final = "choose another backup: `list` shows those that are proven"

OpenText = Callable[[Entry], AbstractContextManager[Readable]]
"""Opens the dump's text of a backup; what it gives raises `DamageError` while it is read."""


class Compressed(Protocol):
    """A gzip stream to read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""
        ...


class Text:
    """The text in a gzip stream; any damage of it is a `DamageError`."""

    def __init__(self, stream: Compressed, name: str) -> None:
        self._stream, self._name = stream, name
        self._gzip = zlib_ng.decompressobj(GZIP_BITS)

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes of text; none at its end."""
        while not self._gzip.eof:
            try:
                data = self._gzip.unconsumed_tail or self._stream.read(_CHUNK_BYTES)
                text = self._gzip.decompress(data, size)
            except (InflateError, OSError) as error:
                raise DamageError(f"{self._name} cannot be read: {error}", _REMEDY) from error
            if text:
                return text
            if not data and not self._gzip.eof:
                raise DamageError(f"{self._name} is cut short", _REMEDY)
        return b""


@contextmanager
def dump_text(path: Path) -> Iterator[Readable]:
    """Give the text of a `.sql.gz` file; raises `DamageError` when it cannot be read."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise DamageError(f"{path.name} cannot be read: {error.strerror}", _REMEDY) from error
    with stream:
        yield Text(stream, path.name)


@contextmanager
def private_file(scratch: Path) -> Iterator[IO[bytes]]:
    """Give a nameless file in the scratch folder that only its owner reads and that is never left.

    Raises `ScratchError`.
    """
    try:
        scratch.mkdir(parents=True, exist_ok=True, mode=0o755)
        opened = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - closed below
        os.fchmod(opened.fileno(), 0o600)
    except OSError as error:
        raise scratch_error(error) from error
    with opened:
        yield opened


def scratch_error(error: OSError) -> ScratchError:
    """Say that the scratch folder does not hold a file."""
    return ScratchError(
        f"the scratch folder cannot hold a copy: {error.strerror}",
        "make room in the folder of LEDGERFLOW_BACKUP_SCRATCH, then run the command again",
    )


def opener(scratch: Path, identities: Identities | None) -> OpenText:
    """Return what opens database backups; encrypted ones through `identities`."""

    @contextmanager
    def open_text(entry: Entry) -> Iterator[Readable]:
        payload = entry.manifest.payload if entry.manifest else None
        if payload is None or not payload.encrypted:
            with dump_text(entry.payload_path) as text:
                yield text
            return
        if identities is None or payload.plaintext is None:
            raise EncryptionError(
                f"{payload.name} is encrypted", "name the file of its private key: --identity FILE"
            )
        with private_file(scratch) as plain:
            decrypted(entry.payload_path, payload.plaintext, identities, plain)
            yield Text(plain, payload.name)

    return open_text


def decrypted(path: Path, expected: Plaintext, identities: Identities, into: IO[bytes]) -> None:
    """Decrypt `path` into `into`, from its beginning; raises `DamageError`, `EncryptionError`."""
    with path.open("rb") as stream:
        try:
            decrypt(stream, into, identities, path.name)
            into.seek(0)  # writes what is held back
        except OSError as error:
            raise scratch_error(error) from error
    digest = hashlib.sha256()
    while chunk := into.read(_CHUNK_BYTES):
        digest.update(chunk)
    if digest.hexdigest() != expected.sha256 or into.tell() != expected.size:
        raise DamageError(f"{path.name} decrypts to something else than was encrypted", _REMEDY)
    into.seek(0)
