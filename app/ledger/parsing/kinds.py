"""Which reader a file needs, by what is in it."""

from typing import Final

from core.errors import UnsupportedTypeError

from ledger.parsing.camt import is_camt
from ledger.parsing.ofx import is_ofx

CSV: Final = "csv"
OFX: Final = "ofx"
CAMT: Final = "camt"
TITLES: Final = {CSV: "CSV", OFX: "OFX or QFX", CAMT: "CAMT.053"}
_FOREIGN: Final = {
    b"%PDF": "a PDF. Ask the bank for CSV, OFX or CAMT.053",
    b"PK\x03\x04": "a ZIP archive or an office file. Unpack it, or save it as CSV",
    b"\xd0\xcf\x11\xe0": "an old office file. Save it as CSV",
    b"\x1f\x8b": "compressed. Unpack it",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


def kind_of(content: bytes) -> str:
    """Return ``csv``, ``ofx`` or ``camt``. Raises ``UnsupportedTypeError`` for other files."""
    if not content.strip():
        raise UnsupportedTypeError("The file is empty. Choose another one.")
    for start, what in _FOREIGN.items():
        if content.startswith(start):
            raise UnsupportedTypeError(f"This file is {what}.")
    if is_ofx(content):
        return OFX
    if is_camt(content):
        return CAMT
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<", b"{")):
        raise UnsupportedTypeError(
            "This is neither OFX nor CAMT.053. Ask the bank for one of them."
        )
    return CSV
