"""Amounts: exact decimals with as many digits as their currency has (ISO 4217)."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from core.errors import InvalidInputError

DEFAULT_DIGITS: Final = 2
LARGEST: Final = Decimal(10) ** 14
"""Amounts are below this: the column has 18 digits, four of them after the point."""
_NONE: Final = [
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "UYI",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
]
_THREE: Final = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
_DIGITS: Final = {**dict.fromkeys(_NONE, 0), **dict.fromkeys(_THREE, 3), "CLF": 4, "UYW": 4}
_CODE: Final = re.compile(r"[A-Z]{3}")


def digits_of(currency: str) -> int:
    """Return how many digits after the point a currency has."""
    return _DIGITS.get(currency, DEFAULT_DIGITS)


def is_code(currency: str) -> bool:
    """Tell whether this has the form of a currency's code."""
    return _CODE.fullmatch(currency) is not None


def exact(amount: Decimal, currency: str) -> Decimal:
    """Return ``amount`` with the digits of its currency; never rounded.

    Raises ``InvalidInputError`` when it has more digits than the currency, or is too large.
    """
    try:
        fits = amount.quantize(Decimal(1).scaleb(-digits_of(currency)))
    except InvalidOperation:
        fits = None
    if fits is None or abs(amount) >= LARGEST:
        raise InvalidInputError(f"The amount {amount} is too large.")
    if fits != amount:
        raise InvalidInputError(f"{amount} has more digits after the point than {currency} has.")
    return fits + 0  # a negative zero becomes zero


def shown(amount: Decimal, currency: str) -> str:
    """Return ``amount`` as people read it: groups of three, the currency's digits, a true minus."""
    text = f"{amount:,.{digits_of(currency)}f}".replace(",", "\N{NO-BREAK SPACE}")
    return text.replace("-", "\N{MINUS SIGN}")
