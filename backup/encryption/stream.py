"""Encrypting and decrypting streams of any length in constant memory.

The format is age v1 (https://age-encryption.org/v1): each 64 KiB chunk is authenticated and the
last one is marked, so that a changed, reordered or missing byte is found. What `decrypt` has
written before it raises is genuine but not all; a caller lets go of it.
"""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import BinaryIO, Protocol, Self

import pyrage  # type: ignore[import-untyped]

from backup.encryption.errors import WrongKeyError
from backup.encryption.identities import Identities
from backup.encryption.recipients import Recipients
from backup.errors import DamageError, EncryptionError


class Reader(Protocol):
    """What is read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""
        ...


class Writer(Protocol):
    """What is written to, such as `backup.publish.Sink`."""

    def write(self, data: bytes, /) -> object:
        """Take all of `data`."""
        ...


class _Edge:
    """One end of pyrage's pipe that remembers its own error, which pyrage turns into words."""

    def __init__(self, end: Reader | Writer) -> None:
        self._end = end
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            return self._end.read(size)  # type: ignore[union-attr]
        except BaseException as error:
            self.error = error
            raise

    def write(self, data: bytes) -> int:
        try:
            self._end.write(data)  # type: ignore[union-attr]
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """Do nothing: the owner of the file forces it to disk."""


def encrypt(reader: Reader, writer: Writer, recipients: Recipients) -> None:
    """Encrypt all of `reader` into `writer`; errors of either end pass through as they are.

    Raises:
        EncryptionError: there are no recipients, or they cannot be used.
    """
    if not recipients:
        raise EncryptionError(
            "No public key is configured to encrypt to", "set the recipients of backups"
        )
    source, target = _Edge(reader), _Edge(writer)
    try:
        pyrage.encrypt_io(source, target, recipients.keys)
    except Exception as error:
        cause = source.error or target.error
        if cause is not None:
            raise cause from None
        raise EncryptionError(f"Encrypting failed: {error}", "check the recipients") from error


def decrypt(reader: Reader, writer: Writer, identities: Identities, name: str = "it") -> None:
    """Decrypt all of `reader` into `writer`; `name` is what errors call it.

    Raises:
        WrongKeyError: no private key belongs to one of the recipients.
        DamageError: it is no age file, is cut short, or has been changed.
    """
    source, target = _Edge(reader), _Edge(writer)
    try:
        pyrage.decrypt_io(source, target, list(identities.keys))
    except (pyrage.DecryptError, OSError) as error:
        cause = source.error or target.error
        if cause is not None:
            raise cause from None
        if "No matching keys" in str(error):
            raise WrongKeyError(
                f"The private key given does not open {name}",
                "use the private key of one of the recipients that its manifest lists",
            ) from error
        raise DamageError(
            f"{name} is damaged: it is no whole age file ({error})",
            "take another copy of this backup, or another backup",
        ) from error


class EncryptingWriter:
    """A writer that encrypts what is written to it into `target`, in a thread of its own.

    Leaving the `with` block ends the age file; leaving it by an exception leaves a file that no
    one can take for a whole one. Errors of `target` surface in `write` or on leaving.
    """

    def __init__(self, target: Writer, recipients: Recipients) -> None:
        self._target, self._recipients = target, recipients
        self._error: BaseException | None = None
        self._given_up = False
        self._thread = threading.Thread(target=self._run, name="encrypt", daemon=True)

    def __enter__(self) -> Self:
        read_end, write_end = os.pipe()
        self._source: BinaryIO = os.fdopen(read_end, "rb", buffering=1 << 16)
        self._pipe: BinaryIO = os.fdopen(write_end, "wb", buffering=0)
        self._thread.start()
        return self

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Encrypt all of `data`; wait while `target` is slower."""
        view = memoryview(data).cast("B")
        rest = view
        try:
            while rest:
                rest = rest[self._pipe.write(rest) :]
        except BrokenPipeError:
            self._thread.join()
            raise (self._error or EncryptionError("Encrypting stopped", "try again")) from None
        return len(view)

    def flush(self) -> None:
        """Do nothing: age writes whole chunks."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._given_up = error is not None
        self._pipe.close()
        self._thread.join()
        if error is None and self._error is not None:
            raise self._error

    def read(self, size: int) -> bytes:
        """Hand on to the thread what was written; not for callers."""
        data = self._source.read(size)
        if not data and self._given_up:
            # No InterruptedError: the standard library of Rust would read again, for ever.
            raise EncryptionError("Encrypting was given up", "run the command again")
        return data

    def _run(self) -> None:
        try:
            encrypt(self, self._target, self._recipients)
        except BaseException as error:  # raised again in the writing thread
            self._error = error
        finally:
            self._source.close()
