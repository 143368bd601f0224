"""Takes out of a text what points to a person or an account."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

MASK: Final = "…"
MOST: Final = 200
"""Characters of a text that the log of runs keeps."""

_MAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
_IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[A-Z0-9]{10,30}|(?: [A-Z0-9]{4})+(?: (?=[A-Z]*\d)[A-Z0-9]{1,4})?)\b",
    re.IGNORECASE,
)
"""ISO 13616: country, two check digits, letters and digits, in one or in groups of four."""
_NUMBER = re.compile(r"\d(?:[\s\W_]{0,3}\d){3,}")
"""Four digits or more, also in groups: cards, accounts, telephones, dates, references."""
_MASKED = re.compile(r"(?:[x*•#]\s?){2,}\d+|(?<!\w)[x*#]\d{2,}", re.IGNORECASE)
"""What is left of a number when a bank masks it: ``XXXX 4471``, ``x4471``."""


def plain(text: str) -> str:
    """Return ``text`` in one form of Unicode, so that digits of any alphabet are digits."""
    decimal = (
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in unicodedata.normalize("NFKC", text)
    )
    return "".join(
        " " if unicodedata.category(character)[0] in "CZ" else character for character in decimal
    )


def masked(text: str) -> str:
    """Return ``text`` without mail addresses, account numbers and any four digits in a row."""
    result = plain(text)
    for pattern in (_MAIL, _IBAN, _MASKED, _NUMBER):
        result = pattern.sub(MASK, result)
    return result


def redacted(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as the log of runs keeps them."""
    some = list(parameters.items())[:50]
    return {plain(str(name))[:50]: _redacted(value) for name, value in some}


def _redacted(value: object) -> object:
    if isinstance(value, str):
        return masked(value[: 2 * MOST])[:MOST]
    if isinstance(value, bool | int | float) or value is None:
        return value if not isinstance(value, int) or abs(value) < 1000 else MASK
    return MASK
