"""SSH keys for tests, made here because a bare machine has no `ssh-keygen`.

The formats are those of OpenSSH's PROTOCOL.key and of RFC 4253; Ed25519 as in RFC 8032. Slow and
not constant in time: for tests only.
"""

from __future__ import annotations

import base64
import hashlib
import math
import secrets
from pathlib import Path

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_BASE = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)


def write_ed25519(path: Path, *, passphrase: bool = False) -> None:
    """Write `path` and `path.pub`; with a passphrase that nobody knows."""
    seed = secrets.token_bytes(32)
    digest = bytearray(hashlib.sha512(seed).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 63 | 64
    x, y = _times(int.from_bytes(digest, "little"), _BASE)
    public = (y | (x & 1) << 255).to_bytes(32, "little")
    fields = [b"ssh-ed25519", public]
    _write(path, fields, [*fields, seed + public], passphrase=passphrase)


def write_rsa(path: Path) -> None:
    """Write a key of 2048 bits to `path` and `path.pub`."""
    p, q, e = _prime(), _prime(), 65537
    d = pow(e, -1, math.lcm(p - 1, q - 1))
    numbers = [_number(each) for each in (p * q, e, d, pow(q, -1, p), p, q)]
    _write(path, [b"ssh-rsa", numbers[1], numbers[0]], [b"ssh-rsa", *numbers])


def write_ecdsa_public(path: Path) -> None:
    """Write `path.pub`, a key of a kind that age does not know."""
    point = b"\x04" + secrets.token_bytes(64)
    _write_public(path, [b"ecdsa-sha2-nistp256", b"nistp256", point])


def _write(path: Path, public: list[bytes], private: list[bytes], *, passphrase=False) -> None:
    check = secrets.token_bytes(4)
    section = check * 2 + _joined([*private, b"ann@desk"])
    section += bytes(range(1, -len(section) % 16 + 1))
    header = [b"none", b"none", b""]
    if passphrase:
        options = _joined([secrets.token_bytes(16)]) + (16).to_bytes(4, "big")
        header, section = [b"aes256-ctr", b"bcrypt", options], secrets.token_bytes(len(section))
    content = b"openssh-key-v1\0" + _joined(header) + (1).to_bytes(4, "big")
    content += _joined([_joined(public), section])
    text = base64.b64encode(content).decode()
    lines = "\n".join(text[begin : begin + 70] for begin in range(0, len(text), 70))
    name = "OPENSSH PRIVATE" + " KEY"
    path.write_text(f"-----BEGIN {name}-----\n{lines}\n-----END {name}-----\n")
    path.chmod(0o600)
    _write_public(path, public)


def _write_public(path: Path, fields: list[bytes]) -> None:
    text = base64.b64encode(_joined(fields)).decode()
    path.with_name(f"{path.name}.pub").write_text(f"{fields[0].decode()} {text} ann@desk\n")


def _joined(fields: list[bytes]) -> bytes:
    return b"".join(len(each).to_bytes(4, "big") + each for each in fields)


def _number(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def _times(factor: int, point: tuple[int, int]) -> tuple[int, int]:
    result = (0, 1)
    while factor:
        if factor & 1:
            result = _plus(result, point)
        point, factor = _plus(point, point), factor >> 1
    return result


def _plus(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    (x1, y1), (x2, y2) = one, other
    product = _D * x1 * x2 * y1 * y2 % _P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, _P) % _P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, _P) % _P
    return x, y


def _prime(bits: int = 1024) -> int:
    while True:
        number = secrets.randbits(bits) | 3 << bits - 2 | 1
        if all(number % small for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31)) and all(
            pow(witness, number - 1, number) == 1 for witness in (2, 3, 5)
        ):
            return number
