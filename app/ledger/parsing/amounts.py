"""Amounts in the ways banks write them."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Final

MARKS: Final = (".", ",")
"""What may stand before the fraction."""
_MOST_DIGITS: Final = 24  # more would be rounded
_SPACES: Final = dict.fromkeys(map(ord, " \t\u00a0\u202f\u2009\u2007\u2002\u2003"), " ")
_MINUSES: Final = dict.fromkeys(map(ord, "\u2212\u2013\u2014\u2010\u2011\ufe63\uff0d"), "-")
_QUOTES: Final = dict.fromkeys(map(ord, "\u2019\u2018\u02bc`\u00b4"), "'")
_TABLE: Final = {**_SPACES, **_MINUSES, **_QUOTES}
_SIDE: Final = re.compile(
    r"(?P<debit>dr|db|dbit|debit|soll|af|s|d)\.?|(?P<credit>cr|crdt|credit|haben|bij|h|c)\.?",
    re.IGNORECASE,
)
_CURRENCY: Final = r"(?:[A-Za-z]{3}|kr\.?|zł|Kč|Ft|lei|[$€£¥₹₽₺₴₩฿₪]|[A-Z]{1,2}\$|R\$|Fr\.?)"
_PLAIN: Final = {mark: re.compile(rf"-?[0-9]{{1,18}}(\{mark}[0-9]{{1,6}})?") for mark in MARKS}
_MONEY: Final = re.compile(
    rf"(?P<front>[-+]?)\s*(?:{_CURRENCY})?\s*(?P<sign>[-+]?)\s*(?P<number>[\d.][\d.,' ]*|,\d+)"
    rf"\s*(?P<tail>[-+]?)\s*(?:{_CURRENCY})?\s*(?P<end>[-+]?)"
)


def side_of(text: str) -> int:
    """Return -1 for the mark of a debit, 1 for that of a credit, 0 for anything else."""
    plain = text.translate(_TABLE).strip()
    if plain in ("-", "+"):
        return -1 if plain == "-" else 1
    found = _SIDE.fullmatch(plain)
    if found is None:
        return 0
    return -1 if found["debit"] else 1


@lru_cache(maxsize=65536)
def read_amount(text: str, mark: str) -> Decimal | None:
    """Return the amount, ``mark`` standing before the fraction; None when it is none.

    Negative: a minus before or behind (also the typographic ones), parentheses, DR behind or
    before. Groups of digits may be parted by the other mark, a space, an apostrophe.
    """
    if _PLAIN[mark].fullmatch(text):  # most of them: only digits, a mark, a minus
        return Decimal(text.replace(",", ".")) + 0
    rest = text.translate(_TABLE).strip()
    negative = False
    if rest.startswith("(") and rest.endswith(")"):
        rest, negative = rest[1:-1].strip(), True
    rest, side = _without_side(rest)
    if side and rest.startswith("-"):
        side = 0  # the sign says it already
    found = _MONEY.fullmatch(rest)
    if found is None:
        return None
    signs = "".join(found.group("front", "sign", "tail", "end"))
    if len(signs) > 1 or (signs and negative):
        return None
    number = _number(found["number"].strip(), mark)
    if number is None:
        return None
    return -number if negative or signs == "-" or side < 0 else number


def _without_side(text: str) -> tuple[str, int]:
    parts = re.fullmatch(r"(?P<number>.*[\d)])\s*(?P<side>DR|CR|Dr|Cr|dr|cr|D|C|S|H)\.?", text)
    if parts is None:
        parts = re.fullmatch(r"(?P<side>DR|CR|Dr|Cr|dr|cr|D|C)\.?\s*(?P<number>[\d(].*)", text)
    if parts is None:
        return text, 0
    return parts["number"], side_of(parts["side"])


def _number(text: str, mark: str) -> Decimal | None:
    whole, found, fraction = text.rpartition(mark)
    if not found:
        whole, fraction = text, ""
    if not re.fullmatch(r"\d*", fraction, re.ASCII) or not _whole(whole, mark):
        return None
    digits = re.sub(r"\D", "", whole)
    if not 0 < len(digits) + len(fraction) <= _MOST_DIGITS:
        return None
    return Decimal(f"{digits or '0'}.{fraction or '0'}").normalize() + 0


def _whole(text: str, mark: str) -> bool:
    """Tell whether this is a number without fraction: groups of one kind, the last of three."""
    if re.fullmatch(r"\d*", text, re.ASCII):
        return True
    parting = {character for character in text if not character.isdigit()}
    if len(parting) != 1 or mark in parting:
        return False
    first, *groups = text.split(parting.pop())
    # Two digits between: 12,34,567 as in India.
    return (
        1 <= len(first) <= 3
        and len(groups[-1]) == 3
        and all(2 <= len(group) <= 3 for group in groups)
    )


def marks_of(values: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """Return the marks under which most of a column can be read, and whether they differ.

    One mark: the column is clear. Two and ``True``: 1,234 could be either; ask. Two and ``False``:
    it makes no difference.
    """
    texts = [value for value in dict.fromkeys(values) if value.strip()]
    read = {mark: [read_amount(text, mark) for text in texts] for mark in MARKS}
    count = {mark: sum(each is not None for each in found) for mark, found in read.items()}
    best = max(count.values(), default=0)
    if best == 0:
        return (), False
    marks = tuple(mark for mark in MARKS if count[mark] == best)
    if len(marks) == 1:
        return marks, False
    return marks, read["."] != read[","]
