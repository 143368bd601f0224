"""What a person looks for."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

LONGEST_QUERY: Final = 400
"""Characters."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words and filters; all are optional and all that are given must be met."""

    words: str = ""
    """In the language of web searches: ``"a phrase"``, ``or``, ``-without``."""
    kind: str = ""
    """A value of ``EntryKind``."""
    document_type: uuid.UUID | None = None
    tag: str = ""
    account: uuid.UUID | None = None
    since: date | None = None
    until: date | None = None
    least: Decimal | None = None
    """The smallest amount, whatever its sign: an invoice and its payment are the same money."""
    most: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is given."""
        return self == Wanted()
