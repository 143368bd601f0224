"""How one bank lays out its CSV files: what is detected, shown, corrected and remembered."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ledger.parsing.columns import Columns, plain


@dataclass(frozen=True, slots=True)
class Layout:
    """All that is needed to read a table."""

    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    """Empty for a file without headings."""
    rows_before: int
    """Rows before the first that may be a transaction."""
    columns: Columns = field(default_factory=dict)
    date_format: str = ""
    """Empty when a person has to say: day and month cannot be told apart."""
    decimal_mark: str = ""
    """Empty when a person has to say."""
    negate: bool = False
    """Whether the bank writes money that leaves without a minus: statements of credit cards."""

    @property
    def fingerprint(self) -> str:
        """What files of the same bank have in common: headings and delimiter, not the data."""
        known = [plain(name) for name in self.headings] or [str(sorted(self.columns.items()))]
        return hashlib.sha256("\x1f".join((self.delimiter, *known)).encode()).hexdigest()

    @property
    def is_complete(self) -> bool:
        """Whether nothing has to be asked any more."""
        return bool(self.date_format and self.decimal_mark)

    def name_of(self, column: int) -> str:
        """Return the heading of a column, or its number."""
        heading = self.headings[column].strip() if column < len(self.headings) else ""
        return heading or f"Column {column + 1}"

    def to_json(self) -> dict[str, Any]:
        """Return it for a JSON column."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Layout":
        """Return what ``to_json`` gave."""
        columns = {role: tuple(places) for role, places in stored["columns"].items()}
        return cls(**{**stored, "headings": tuple(stored["headings"]), "columns": columns})
