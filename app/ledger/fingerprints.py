"""What makes a line of a bank's file the same line in another file."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from ledger.parsing.statement import ParsedTransaction

Key = tuple[str, int]
"""Fingerprint and occurrence: unique in an account."""


def fingerprint(line: ParsedTransaction) -> str:
    """Return a digest of what the bank says of a transaction and repeats in every file.

    Day, amount and currency always count; then the bank's id, or the texts where it gives none.
    The id alone would not do: some banks number from 1 in every file.
    """
    said = (
        (line.external_id,) if line.external_id else (line.payee, line.description, line.reference)
    )
    amount = f"{line.amount.normalize() + 0:f}"
    parts = (line.booked_on.isoformat(), amount, line.currency, *map(_plain, said))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def numbered(lines: Iterable[ParsedTransaction]) -> list[tuple[ParsedTransaction, Key]]:
    """Return lines with their keys: of two that are alike in one file, both are kept."""
    seen: Counter[str] = Counter()
    keyed: list[tuple[ParsedTransaction, Key]] = []
    for line in lines:
        found = fingerprint(line)
        keyed.append((line, (found, seen[found])))
        seen[found] += 1
    return keyed


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
