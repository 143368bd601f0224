"""Open requests for a phrase: one file each, for minutes, used once.

The phrase itself is nowhere: it follows from the file's nonce and the matter. A request is used up
by renaming its file, which succeeds for one process only.
"""

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guard.audit.folder import create, make_folder, sync, write_all
from guard.emergency.phrase import Matter

FOLDER: Final = "requests"
"""In the folder of the audit log."""
SECONDS: Final = 600
"""How long a phrase is good for."""
KEPT_SECONDS: Final = 86_400
"""How long a used or expired request is kept, to say so to whoever tries it again."""
_OPEN: Final = ".open"
_USED: Final = ".used"


class PhraseError(Exception):
    """A phrase that is not good; the message says why."""


@dataclass(frozen=True)
class _Request:
    path: Path
    nonce: str
    created: float


def ask(folder: Path, matter: Matter, now: float) -> str:
    """Open a request and return its phrase; ``now`` in seconds since 1970.

    Raises OSError when ``folder``, that of the audit log, does not take it.
    """
    requests = folder / FOLDER
    make_folder(requests)
    _sweep(requests, now)
    nonce = secrets.token_hex(16)
    name = secrets.token_hex(8)
    descriptor = create(requests / f"{name}{_OPEN}", os.O_WRONLY | os.O_EXCL)
    try:
        content = {"nonce": nonce, "created": now, "matter": matter.digest()}
        write_all(descriptor, json.dumps(content).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync(requests)
    return matter.phrase(nonce)


def use(folder: Path, matter: Matter, phrase: str, now: float) -> None:
    """Use up the request that ``phrase`` belongs to; raise PhraseError when there is none."""
    for request in _requests(folder / FOLDER):
        if not hmac.compare_digest(matter.phrase(request.nonce).encode(), phrase.encode()):
            continue
        if request.path.suffix == _USED:
            raise PhraseError("it was used before, and is good for one time only")
        if not 0 <= now - request.created + 1 <= SECONDS:
            raise PhraseError(f"it is older than {SECONDS // 60} minutes")
        try:
            request.path.rename(request.path.with_suffix(_USED))
        except FileNotFoundError:
            raise PhraseError("it was used before, and is good for one time only") from None
        sync(folder / FOLDER)
        return
    raise PhraseError("it is not the one for this command as things stand now")


def _requests(folder: Path) -> list[_Request]:
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            content = json.loads(path.read_bytes())
            found.append(_Request(path, str(content["nonce"]), float(content["created"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # swept, or not whole: no phrase belongs to it
    return found


def _sweep(folder: Path, now: float) -> None:
    for request in _requests(folder):
        if now - request.created > KEPT_SECONDS:
            request.path.unlink(missing_ok=True)
