"""Dates in the ways banks write them; day and month told apart over a whole column."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

FORMATS: Final = {
    "%Y-%m-%d": "2025-12-31",
    "%d.%m.%Y": "31.12.2025",
    "%d.%m.%y": "31.12.25",
    "%d/%m/%Y": "31/12/2025",
    "%m/%d/%Y": "12/31/2025",
    "%d/%m/%y": "31/12/25",
    "%m/%d/%y": "12/31/25",
    "%d-%m-%Y": "31-12-2025",
    "%m-%d-%Y": "12-31-2025",
    "%d-%m-%y": "31-12-25",
    "%m-%d-%y": "12-31-25",
    "%Y/%m/%d": "2025/12/31",
    "%Y.%m.%d": "2025.12.31",
    "%Y%m%d": "20251231",
    "%d%m%Y": "31122025",
    "%d %b %Y": "31 Dec 2025",
    "%d %b %y": "31 Dec 25",
    "%b %d %Y": "Dec 31, 2025",
}
"""What can be read, each with an example for people."""
_MONTHS: Final = (
    "jan|ene|gen|januar|janv|janvier",
    "feb|fev|fév|févr|febr",
    "mar|mär|mrz|maerz|mars|mrt|maart",
    "apr|avr|abr|avril",
    "may|mai|mei|mag|maj",
    "jun|juin|giu",
    "jul|juil|lug|juli",
    "aug|aoû|août|ago|aout",
    "sep|set|sept",
    "oct|okt|ott",
    "nov|novembre",
    "dec|dez|déc|dic",
)
_ENGLISH: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_BY_NAME: Final = {
    name[:3]: _ENGLISH[i] for i, names in enumerate(_MONTHS) for name in names.split("|")
} | {"juin": "Jun", "juil": "Jul"}
_TIME: Final = re.compile(
    r"[T ,]+\d{1,2}[:.]\d{2}([:.]\d{2})?([.,]\d+)?"  # the time
    r"\s*([AaPp][Mm])?\s*(Z|[A-Z]{3,4}|[+-]\d{2}:?\d{2})?$"  # half of the day, zone
)
_WORD: Final = re.compile(r"[^\W\d_]+\.?")


@dataclass(frozen=True, slots=True)
class Dates:
    """What a column of dates can be read as; the first is the most likely."""

    formats: tuple[str, ...]
    reason: str

    @property
    def ask(self) -> bool:
        """Whether a person has to say which."""
        return len(self.formats) > 1


@lru_cache(maxsize=65536)
def read_date(text: str, form: str) -> date | None:
    """Return the date in ``form``, a time behind it left out; None when it is none."""
    plain = _TIME.sub("", text.strip())
    if "%b" in form:
        plain = _WORD.sub(_month, plain).replace(",", " ").replace("-", " ").replace("/", " ")
        plain = " ".join(re.sub(r"\.(?=\s|$)|(?<=\d)(st|nd|rd|th)\b", " ", plain).split())
    try:
        found = datetime.strptime(plain, form).date()
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


def _month(found: re.Match[str]) -> str:
    word = found[0].rstrip(".").casefold()
    return _BY_NAME.get(word[:4]) or _BY_NAME.get(word[:3]) or found[0]


def formats_of(values: Iterable[str]) -> Dates:
    """Return how a column can be read, looking at all of it.

    A day over 12 anywhere settles it. Otherwise banks' files run in one direction of time: when
    only one way of reading does so, it is that. Otherwise a person is asked.
    """
    texts = [value for value in values if value.strip()]
    distinct = list(dict.fromkeys(texts))
    count = {form: sum(read_date(text, form) is not None for text in distinct) for form in FORMATS}
    best = max(count.values(), default=0)
    if best == 0:
        return Dates((), "No date can be read.")
    able = [form for form in FORMATS if count[form] == best]
    seen: dict[tuple[date | None, ...], str] = {}
    for form in able:
        seen.setdefault(tuple(read_date(text, form) for text in distinct), form)
    forms = tuple(seen.values())
    if len(forms) == 1:
        return Dates(forms, "Every date of the column fits.")
    ordered = tuple(form for form in forms if _in_order(texts, form))
    if len(ordered) == 1 and len(distinct) > 2:
        return Dates(ordered, "Only so do the lines follow each other in time.")
    return Dates(forms, "Day and month cannot be told apart in this file.")


def _in_order(texts: list[str], form: str) -> bool:
    days = [day for text in texts if (day := read_date(text, form)) is not None]
    return days in (sorted(days), sorted(days, reverse=True))
