"""Private keys, for as long as one restore needs them: from a file, or typed at a terminal.

They are never taken from an argument (other users see those) and never written anywhere.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]

from backup.encryption.errors import IdentityFileError

Key = Any
"""`pyrage.x25519.Identity` or `pyrage.ssh.Identity`; pyrage has no types."""
Ask = Callable[[str], str]
"""Shows a prompt and returns what a person typed, unseen."""

_REMEDY = "give the file that `age-keygen` wrote for this backup's public key, or the ssh key"
_AGE_HEADERS = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
PASSPHRASE_SUFFIX = ".passphrase"  # noqa: S105 - a name
_ATTEMPTS = 5
_LARGEST = 1 << 20
"""Bytes; a key file is far smaller, and a backup given by mistake is not read to its end."""


@dataclass(frozen=True)
class Identities:
    """Private keys; neither `repr` nor `str` shows them."""

    keys: tuple[Key, ...]

    def __repr__(self) -> str:
        return f"Identities({len(self.keys)} private keys)"


def ask_for_identities(file: Path | None = None, ask: Ask | None = None) -> Identities:
    """Read the private keys of `file`, or ask for one at the terminal.

    A file that is itself encrypted with a passphrase (`age -p`) is opened with the passphrase
    that is asked for, or that lies beside it where a run without a terminal was given one. `ask`
    is `getpass` unless told.

    Raises:
        IdentityFileError: there is no file and no terminal, or what is given is no private key.
    """
    if file is not None:
        beside = file.with_name(f"{file.name}{PASSPHRASE_SUFFIX}")
        given = (lambda _: _read(beside).decode()) if beside.exists() else _ask_at_terminal
        return identities_from_bytes(_read(file), str(file), ask or given)
    typed = (ask or _ask_at_terminal)("Private key of this backup (AGE-SECRET-KEY-…): ")
    return identities_from_text(typed, "what was typed")


def identities_from_text(text: str, source: str) -> Identities:
    """Read the private keys in `text`; `source` names it in errors. Raises IdentityFileError."""
    return identities_from_bytes(text.encode(), source, _ask_at_terminal)


def identities_from_bytes(content: bytes, source: str, ask: Ask) -> Identities:
    """Read age keys, one ssh key, or either behind a passphrase. Raises IdentityFileError."""
    if content.startswith(_AGE_HEADERS):
        content = _unlock(content, source, ask)
    if b"PRIVATE KEY-----" in content:
        return Identities((_ssh_key(content, source),))
    lines = content.decode("utf-8", "replace").splitlines()
    wanted = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not wanted:
        raise IdentityFileError(f"No private key is in {source}", _REMEDY)
    try:
        return Identities(tuple(pyrage.x25519.Identity.from_str(line) for line in wanted))
    except pyrage.IdentityError:
        raise IdentityFileError(
            f"What is in {source} is no private key of age or ssh", _REMEDY
        ) from None  # the cause may quote the key


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        raise IdentityFileError(
            f"The private key {file} cannot be read: {error.strerror}", _REMEDY
        ) from error
    if len(content) > _LARGEST:
        raise IdentityFileError(f"{file} is too large for a private key", _REMEDY)
    return content


def _unlock(content: bytes, source: str, ask: Ask) -> bytes:
    """Open a file with a passphrase.

    The library measures what this machine can do before it begins, and gives up where a busy
    moment makes that look too little; so it is asked more than once.
    """
    passphrase = ask(f"Passphrase of {source}: ")
    for _ in range(_ATTEMPTS):
        try:
            return bytes(pyrage.passphrase.decrypt(content, passphrase))
        except pyrage.DecryptError as error:
            if "xcessive work" not in str(error):
                raise IdentityFileError(
                    f"The passphrase does not open {source}",
                    "type the passphrase of the key file again",
                ) from None
    raise IdentityFileError(
        f"This machine is too busy to try the passphrase of {source}", "run the command again"
    )


def _ssh_key(content: bytes, source: str) -> Key:
    try:
        return pyrage.ssh.Identity.from_buffer(content)
    except pyrage.IdentityError as error:
        if "decrypted first" in str(error):
            raise IdentityFileError(
                f"The ssh key {source} has a passphrase",
                "take its passphrase off a copy (`ssh-keygen -p -f COPY`), and remove that after",
            ) from None
        raise IdentityFileError(
            f"{source} is no ssh key that age can use", "use an ssh-ed25519 or ssh-rsa key"
        ) from None


def _ask_at_terminal(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise IdentityFileError(
            "The backup is encrypted, and there is no terminal to ask for its private key",
            "name the file of the private key: --identity FILE",
        )
    return getpass.getpass(prompt)
