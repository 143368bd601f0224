"""A permit: the machine's word to the application that a backup was proved before a migration.

The container sees no archive of backups: in production it mounts nothing of the machine (LF030),
and an application that is broken into shall not read the backups too. So whoever runs
``make migrate`` asks the gate on the machine, and hands the answer into the one process that
migrates: for this environment, this command line, minutes, and once. It is sealed with a key made
from the application's signing key, so one of another environment, or one that was edited, is none.
Who may read the signing key could seal one too; the permit stops haste, not an intruder.
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

VARIABLE: Final = "LEDGERFLOW_PERMIT"
"""Of the one process that it is for."""
LIFETIME_SECONDS: Final = 300
_PURPOSE: Final = b"ledgerflow permit v1"
_USED: Final = "used-permits"


class PermitError(Exception):
    """There is no permit that counts; the message says why."""


@dataclass(frozen=True)
class Permit:
    """What is permitted, and on the strength of which backup."""

    environment: str
    command: tuple[str, ...]
    """As typed after ``manage.py``."""
    backup: str
    """Id of the proven backup."""
    until: int
    """Seconds since 1970, UTC."""
    number: str
    """Different for each, so that it is used once."""


def issue(environment: str, command: Sequence[str], backup: str, now: float) -> Permit:
    """Return a permit that begins ``now`` and lasts for minutes."""
    until = int(now) + LIFETIME_SECONDS
    return Permit(environment, tuple(command), backup, until, secrets.token_hex(16))


def sealed(permit: Permit, signing_key: str) -> str:
    """Return the permit as text for the variable."""
    content = json.dumps(asdict(permit), sort_keys=True).encode()
    return f"{urlsafe_b64encode(content).decode()}.{_seal(content, signing_key)}"


def opened(text: str, signing_key: str) -> Permit:
    """Return the permit that ``text`` is; raise PermitError when its seal is not right."""
    body, _, seal = text.partition(".")
    try:
        content = urlsafe_b64decode(body.encode("ascii"))
        genuine = hmac.compare_digest(_seal(content, signing_key).encode(), seal.encode())
        fields = json.loads(content) if genuine else None
    except ValueError:
        fields = None
    if fields is None:
        raise PermitError("its permit was not sealed for this environment")
    return Permit(**{**fields, "command": tuple(fields["command"])})


def require(permit: Permit, environment: str, command: Sequence[str], now: float) -> None:
    """Raise PermitError unless the permit is for this environment, command line and moment."""
    if permit.environment != environment:
        raise PermitError(f"its permit is for {permit.environment}")
    if permit.command != tuple(command):
        raise PermitError(f"its permit is for: manage.py {' '.join(permit.command)}")
    if not now <= permit.until <= now + 2 * LIFETIME_SECONDS:
        raise PermitError("its permit has run out")


def use(permit: Permit, folder: Path) -> None:
    """Use the permit up; PermitError when it was used before, or when that cannot be written."""
    used = folder / _USED
    try:
        used.mkdir(mode=0o700, parents=True, exist_ok=True)
        (used / permit.number).touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise PermitError("its permit was used before") from None
    except OSError as error:
        raise PermitError(f"its permit cannot be used up: {error.strerror}") from None


def _seal(content: bytes, signing_key: str) -> str:
    key = hmac.new(signing_key.encode(), _PURPOSE, hashlib.sha256).digest()
    return hmac.new(key, content, hashlib.sha256).hexdigest()
