"""Digests of all objects' definitions, and the schema's fingerprint made of them."""

import hashlib
import re
from typing import Final

from backup.snapshot.queries import QUERIES
from backup.snapshot.session import Session

_CAST: Final = re.compile(
    r'::(?:"[^"]*"|[a-z_][\w.]*)(?: (?:varying|precision))*(?:\(\d+(?:,\d+)?\))?(?:\[\])*'
)
_SHAPE: Final = re.compile(r"[\s()]+")


def objects(session: Session) -> dict[str, str]:
    """Return the digest of every object's definition by `kind name`."""
    found: dict[str, str] = {}
    for kind, query in QUERIES.items():
        for name, description in session.execute(query.encode()).fetchall():
            found[f"{kind} {name}"] = digest(str(description))
    return found


def digest(description: str) -> str:
    """Return the SHA-256 of a description, in hexadecimal, less casts, parentheses and blanks.

    Expressions are stored parsed. Printed and parsed again, `x IN ('a', 'b')` over varchar comes
    out with its casts elsewhere, meaning the same; so a restored copy may differ in just that.
    """
    plain = _SHAPE.sub("", _CAST.sub("", description))
    return hashlib.sha256(plain.encode()).hexdigest()


def fingerprint(objects_: dict[str, str]) -> str:
    """Return one digest over those of all objects."""
    lines = "".join(f"{name}\t{value}\n" for name, value in sorted(objects_.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
