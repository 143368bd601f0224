"""The private key of encrypted backups, asked for where there is a terminal: on this machine.

The container of a run has none. So the key, or the passphrase of a key file that `age -p` locked,
is asked for here and handed to that one run as a file of its own; nothing else keeps it.
"""

import base64
import sys
from dataclasses import dataclass, field
from pathlib import Path

import click

from cli.errors import UserError

LOCKED = b"age-encryption.org/"
"""What a file encrypted by age begins with. https://age-encryption.org/v1"""
ARMORED = b"-----BEGIN AGE ENCRYPTED FILE-----"
COLUMNS = 64


@dataclass(frozen=True)
class PrivateKey:
    """What a run is given; neither part is shown."""

    text: str = field(repr=False)
    """An age key, an ssh key, or a file of either locked with the passphrase."""
    passphrase: str = field(default="", repr=False)


def from_file(path: Path) -> PrivateKey:
    """Read a key file, and ask for its passphrase if it has one; raise UserError."""
    try:
        content = path.read_bytes()
        if content.startswith(LOCKED):
            content = _armor(content)
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is no text"
        raise UserError(
            f"the private key in {path} cannot be read: {words}",
            "name the file that age-keygen wrote: IDENTITY=…",
        ) from None
    locked = content.startswith(ARMORED)
    return PrivateKey(text, _asked(f"Passphrase of {path}") if locked else "")


def typed() -> PrivateKey:
    """Ask for a key; raise UserError without a terminal."""
    return PrivateKey(_asked("Private key of this backup (AGE-SECRET-KEY-…)"))


def _asked(what: str) -> str:
    if not sys.stdin.isatty():
        raise UserError(
            f"{what} is needed, and there is no terminal to ask at",
            "run it at a terminal, or name the file of a key without a passphrase: IDENTITY=…",
        )
    answer: str = click.prompt(what, hide_input=True, err=True)
    return answer


def _armor(content: bytes) -> bytes:
    """Return the same as text: files of a run are text. https://age-encryption.org/v1#ascii-armor"""
    text = base64.b64encode(content)
    lines = [text[start : start + COLUMNS] for start in range(0, len(text), COLUMNS)]
    return b"\n".join([ARMORED, *lines, b"-----END AGE ENCRYPTED FILE-----", b""])
