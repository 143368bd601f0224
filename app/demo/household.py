"""Who the invented household is: its accounts, what it pays for, how it orders its papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

OWNER: Final = "demo"
"""The account that everything belongs to."""


@dataclass(frozen=True, slots=True)
class Holding:
    """An account at an invented bank; ``layout`` says how the bank writes its statements."""

    key: str
    name: str
    bank: str
    number: str
    currency: str
    layout: str
    opening: int
    """What it held on the first day, in hundredths."""
    monthly: int
    """Movements in a month, about."""


def iban(country: str, bban: str) -> str:
    """Return an IBAN with its check digits (ISO 13616, MOD 97-10)."""
    digits = "".join(str(int(each, 36)) for each in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02}{bban}"


HOLDINGS: Final = (
    Holding(
        "giro", "Household", "Stadtbank", iban("DE", "999999990012345678"), "EUR", "german",
        250_000, 60,
    ),
    Holding(
        "savings", "Savings", "Alpenkasse", iban("AT", "9999900001234567"), "EUR", "camt",
        1_200_000, 8,
    ),
    Holding("checking", "Checking", "Pacific Mutual", "0099887766", "USD", "ofx", 400_000, 35),
    Holding("card", "Travel card", "Pacific Mutual", "", "USD", "parentheses", 0, 25),
    Holding("current", "Island account", "Northern Bank", "90-00-01 12345678", "GBP", "bom",
            150_000, 30),
    Holding("business", "Small business", "Handelsbank", iban("DE", "999999990087654321"), "EUR",
            "split", 800_000, 45),
)  # fmt: skip

CATEGORIES: Final[Mapping[str, tuple[str, ...]]] = {
    "Groceries": ("Market", "Bakery", "Greengrocer"),
    "Home": ("Housing", "Power", "Water"),
    "Transport": ("Railway", "Fuel", "Tram"),
    "Eating out": ("Café", "Trattoria", "Noodle"),
    "Health": ("Pharmacy", "Dental"),
    "Communication": ("Telecom", "Hosting"),
    "Income": ("Payroll", "Customer"),
    "Insurance": ("Insurance",),
}
"""Categories with the words in a payee's name that each has a rule for."""

SHOPS: Final = (
    ("Corner Market", 800, 9_500),
    ("Old Mill Bakery", 250, 1_900),
    ("Greengrocer Lindau", 500, 4_200),
    ("City Railway", 290, 8_900),
    ("Fuel Station East", 3_500, 9_800),
    ("Tram Office", 280, 6_300),
    ("Café Aurora", 350, 2_400),
    ("Trattoria Sole", 1_800, 8_600),
    ("Noodle Bar", 900, 2_900),
    ("Pharmacy at the Gate", 450, 5_200),
    ("Paper & Ink", 300, 4_100),
    ("Bookshop Harbour", 900, 5_400),
)
"""Payees with the least and the most that is paid there, in hundredths."""

SUPPLIERS: Final = (
    ("Harbour Housing", "Rent and heating", 118_000),
    ("Blue Power", "Electricity", 7_420),
    ("Clear Water Works", "Water and drains", 3_180),
    ("Nordlicht Telecom", "Telephone and network", 4_495),
)
"""Who sends an invoice every month: for what, and how much in hundredths."""

_DATE: Final = {"type": "string", "format": "date"}
_AMOUNT: Final = {"type": "string", "pattern": r"^-?\d+(\.\d{1,4})?$"}
_CURRENCY: Final = {"type": "string", "pattern": "^[A-Z]{3}$"}
_TEXT: Final = {"type": "string", "maxLength": 120}
TYPES: Final[Mapping[str, Mapping[str, Mapping[str, Any]]]] = {
    "Invoice": {
        "number": _TEXT,
        "date": _DATE,
        "due": _DATE,
        "amount": _AMOUNT,
        "currency": _CURRENCY,
        "payee": _TEXT,
    },
    "Receipt": {"date": _DATE, "amount": _AMOUNT, "currency": _CURRENCY, "payee": _TEXT},
    "Statement": {"bank": _TEXT, "start": _DATE, "end": _DATE},
    "Contract": {"party": _TEXT, "start": _DATE, "end": _DATE},
}
"""Fields of the types that are used, where an installation has no type of the name.

Every installation begins with these (``documents`` migration 0002)."""
