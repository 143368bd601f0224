"""What the household earns and spends: the same for a seed, whatever part of it is asked for."""

import calendar
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from demo.household import SHOPS, SUPPLIERS, Holding

FIRST: Final = (2016, 1)
LAST: Final = (2025, 12)
"""The months there are; balances run through all of them, so that a part fits the whole."""
Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Movement:
    """A booking; money that leaves is negative."""

    day: date
    amount: Decimal
    payee: str
    text: str
    reference: str


@dataclass(frozen=True, slots=True)
class Period:
    """A month of an account, with what it held before and after."""

    month: Month
    movements: tuple[Movement, ...]
    opening: Decimal
    closing: Decimal

    @property
    def first(self) -> date:
        """The first day."""
        return date(*self.month, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return date(*self.month, calendar.monthrange(*self.month)[1])

    @property
    def name(self) -> str:
        """As ``2025-07``."""
        return f"{self.month[0]}-{self.month[1]:02}"


def months(number: int) -> list[Month]:
    """Return the last ``number`` months, oldest first; all when there are no more."""
    first, last = (year * 12 + month - 1 for year, month in (FIRST, LAST))
    chosen = range(max(first, last - number + 1), last + 1)
    return [(at // 12, at % 12 + 1) for at in chosen]


def periods(holding: Holding, seed: int) -> Iterator[Period]:
    """Yield all months of an account, oldest first."""
    held = money(holding.opening)
    for month in months(10_000):
        made = tuple(sorted(_month(holding, month, seed), key=lambda each: each.day))
        closing = held + sum((each.amount for each in made), Decimal(0))
        yield Period(month, made, held, closing)
        held = closing


def money(hundredths: int) -> Decimal:
    """Return an amount."""
    return Decimal(hundredths).scaleb(-2)


def invoice_number(supplier: str, month: Month) -> str:
    """Return the number of a supplier's invoice for a month."""
    letters = "".join(word[0] for word in supplier.split())
    return f"{letters}-{month[0]}{month[1]:02}"


def invoice_amount(amount: int, supplier: str, month: Month, seed: int) -> Decimal:
    """Return what a supplier wants for a month: the usual amount, a little more or less."""
    draw = random.Random(f"{seed}:invoice:{supplier}:{month}")  # noqa: S311 - invented data
    return money(amount + draw.randint(-amount // 20, amount // 20))


def _month(holding: Holding, month: Month, seed: int) -> Iterator[Movement]:
    draw = random.Random(f"{seed}:{holding.key}:{month}")  # noqa: S311 - invented data
    days = calendar.monthrange(*month)[1]
    if holding.key == "giro":
        yield Movement(date(*month, 28), money(312_000), "Payroll Office", "Salary", f"S{month[1]}")
        for supplier, _, amount in SUPPLIERS:
            wanted = invoice_amount(amount, supplier, month, seed)
            number = invoice_number(supplier, month)
            day = date(*month, draw.randint(14, 24))
            yield Movement(day, -wanted, supplier, f"Invoice {number}", number)
    if holding.key == "savings":
        yield Movement(date(*month, 15), money(25_000), "Own transfer", "Monthly saving", "SAVE")
    if holding.key == "business":
        for at in range(draw.randint(2, 4)):
            day = date(*month, draw.randint(3, 27))
            name = f"Customer {draw.randint(100, 140)}"
            paid = money(draw.randint(20_000, 190_000))
            yield Movement(day, paid, name, f"Our invoice {month[1]:02}{at}", f"C{at}")
    if holding.key in ("checking", "current"):
        yield Movement(date(*month, 25), money(110_000), "Payroll Bureau", "Wages", "PAY")
    for at in range(holding.monthly + draw.randint(-2, 2)):
        payee, least, most = draw.choice(SHOPS)
        day = date(*month, draw.randint(1, days))
        text = f"Card payment {draw.randint(1000, 9999)} no. {at}"
        reference = f"{holding.key[:2].upper()}{month[0] % 100}{month[1]:02}{at:03}"
        yield Movement(day, -money(draw.randint(least, most)), payee, text, reference)
    if holding.key == "card":
        paid = money(draw.randint(30_000, 60_000))
        yield Movement(date(*month, 26), paid, "Payment received", "Thank you", "PMT")
