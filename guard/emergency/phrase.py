"""What a phrase is bound to, and the phrase itself."""

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from guard.audit.redaction import Arguments


@dataclass(frozen=True)
class Matter:
    """What a person agrees to by typing a phrase; a change in any of it makes another phrase."""

    arguments: Arguments
    directory: str
    daemon: str
    """Address of the daemon that is meant."""
    rule: str
    environments: tuple[str, ...]
    """Those whose backup has to be proven."""
    volumes: tuple[str, ...]
    """Protected volumes that the command touches."""

    def digest(self) -> str:
        """Return the SHA-256 of all of it, hexadecimal."""
        content = {**asdict(self), "arguments": list(self.arguments.exposed)}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def phrase(self, nonce: str) -> str:
        """Return what has to be typed: ``lose-<environments>-<40 bits>``."""
        code = hmac.digest(nonce.encode(), self.digest().encode(), "sha256")[:5]
        letters = base64.b32encode(code).decode().lower()
        return "-".join(["lose", *(self.environments or ("docker",)), letters])
