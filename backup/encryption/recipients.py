"""Whom backups are encrypted to: public keys, from the settings or from a file.

A line is an `age1…` key or an `ssh-ed25519`/`ssh-rsa` public key; empty lines and lines that begin
with `#` are skipped, as in the recipients file of the `age` program (`age -R`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]

from backup.encryption.errors import RecipientsError

Key = Any
"""`pyrage.x25519.Recipient` or `pyrage.ssh.Recipient`; pyrage has no types."""

_SSH_TYPES = ("ssh-ed25519", "ssh-rsa")
_AGE_PREFIX = "age1"
_PRIVATE = ("AGE-SECRET-KEY-", "PRIVATE KEY")
_REMEDY = (
    "give public keys as `age-keygen -y` prints them (age1…), or ssh-ed25519 or ssh-rsa public keys"
)


@dataclass(frozen=True)
class Recipients:
    """Public keys; falsy when there are none, and backups are then not encrypted."""

    texts: tuple[str, ...] = ()
    """The keys as text, without comments, sorted, each once."""

    def __bool__(self) -> bool:
        return bool(self.texts)

    @property
    def keys(self) -> list[Key]:
        """The keys as pyrage takes them."""
        return [_key(text) for text in self.texts]

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """`sha256:` and 16 hexadecimal digits for each key, as manifests list them."""
        return tuple(sorted(fingerprint(text) for text in self.texts))


def fingerprint(recipient: str) -> str:
    """Return what a manifest says of one public key: it tells keys apart, and is short."""
    return f"sha256:{hashlib.sha256(_without_comment(recipient).encode()).hexdigest()[:16]}"


def read_recipients(texts: Iterable[str] = (), file: Path | None = None) -> Recipients:
    """Read public keys from `texts`, and from the lines of `file`; each must be usable.

    Raises:
        RecipientsError: a line is no public key (all bad lines are named), the file cannot be
            read, or it holds no key at all.
    """
    sources: list[tuple[str, Iterable[str]]] = [("the settings", texts)]
    if file is not None:
        sources.append((str(file), _lines(file)))
    found: set[str] = set()
    wrong: list[str] = []
    for name, lines in sources:
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.strip().startswith("#"):
                continue
            problem = _problem(line)
            if problem is None:
                found.add(_without_comment(line))
            else:
                wrong.append(f"line {number} of {name}: {problem}")
    if wrong:
        raise RecipientsError("; ".join(wrong), _REMEDY)
    if file is not None and not found:
        raise RecipientsError(f"{file} holds no public key", _REMEDY)
    return Recipients(tuple(sorted(found)))


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is no text"
        raise RecipientsError(f"The recipients file {file} cannot be read: {words}", _REMEDY) from (
            error
        )


def _problem(line: str) -> str | None:
    """What is wrong with a line; never the line itself, which may be a private key."""
    if any(mark in line.upper() for mark in _PRIVATE):
        return "this is a private key: remove it from this machine, and use its public key"
    try:
        _key(_without_comment(line))
    except pyrage.RecipientError:
        return "no age or ssh public key, or one with a typing error"
    return None


def _without_comment(line: str) -> str:
    parts = line.split()
    return " ".join(parts[:2]) if parts[0] in _SSH_TYPES else line.strip()


def _key(text: str) -> Key:
    if text.startswith(_AGE_PREFIX):
        return pyrage.x25519.Recipient.from_str(text)
    return pyrage.ssh.Recipient.from_str(text)
