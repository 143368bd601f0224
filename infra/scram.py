"""SCRAM-SHA-256 verifiers as PostgreSQL stores them: what proves a password without holding it.

Formats: RFC 5803 for the verifier, RFC 7677 for the mechanism, RFC 4013 for the preparation of
passwords that are not ASCII.
"""

import base64
import hashlib
import hmac
import re
import secrets
import stringprep
import unicodedata

ITERATIONS = 4096
"""PostgreSQL's own default (``scram_iterations``) and the least that RFC 7677 allows."""
SALT_BYTES = 16
VERIFIER = re.compile(
    r"SCRAM-SHA-256\$(?P<iterations>\d+):(?P<salt>[A-Za-z0-9+/=]+)"
    r"\$(?P<stored>[A-Za-z0-9+/=]+):(?P<server>[A-Za-z0-9+/=]+)"
)


def verifier(password: str, salt: bytes | None = None, iterations: int = ITERATIONS) -> str:
    """Return the verifier of ``password``, which PostgreSQL takes in place of the password."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", _prepared(password), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${iterations}:{_text(salt)}${_text(stored)}:{_text(server)}"


def matches(password: str, stored: str) -> bool:
    """Tell whether ``stored`` is a SCRAM verifier of ``password``; an MD5 hash never is."""
    parts = VERIFIER.fullmatch(stored)
    if parts is None:
        return False
    salt = base64.b64decode(parts["salt"])
    return hmac.compare_digest(verifier(password, salt, int(parts["iterations"])), stored)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _prepared(password: str) -> bytes:
    """Prepare as PostgreSQL does: what the profile refuses is taken byte for byte."""
    if password.isascii():
        return password.encode()
    mapped = "".join(
        " " if stringprep.in_table_c12(letter) else letter
        for letter in password
        if not stringprep.in_table_b1(letter)
    )
    normal = unicodedata.normalize("NFKC", mapped)
    return (password if not normal or any(map(_prohibited, normal)) else normal).encode()


def _prohibited(letter: str) -> bool:
    tables = (
        stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3,
        stringprep.in_table_c4, stringprep.in_table_c5, stringprep.in_table_c6,
        stringprep.in_table_c7, stringprep.in_table_c8, stringprep.in_table_c9,
        stringprep.in_table_a1,
    )  # fmt: skip
    return any(table(letter) for table in tables)
