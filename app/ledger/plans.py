"""What an import would do: everything a person is shown before it, and that it is done by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import InvalidInputError

from ledger.fingerprints import Key
from ledger.models import Account, Transaction
from ledger.money import exact
from ledger.parsing.columns import ROLES
from ledger.parsing.dates import FORMATS
from ledger.parsing.detect import Detection
from ledger.parsing.statement import ParsedStatement, ParsedTransaction, SkippedLine

Keyed = tuple[ParsedTransaction, Key]


@dataclass(frozen=True, slots=True)
class Part:
    """One account's share of a file."""

    statement: ParsedStatement
    account: Account | None
    complaint: str
    """Why it cannot be imported; empty when it can."""
    new: Sequence[Keyed] = ()
    known: int = 0
    alike: Sequence[tuple[ParsedTransaction, Transaction]] = ()
    """New lines which the account may have in other words, from another kind of file."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file holds and what would come of it."""

    parts: tuple[Part, ...]
    detection: Detection | None = None
    """Of CSV files: how they are read, with the open questions."""
    remembered: bool = False
    """Whether the layout is one that the person confirmed before."""
    mistake: str = ""
    """Why the file cannot be read this way."""

    @property
    def problems(self) -> tuple[SkippedLine, ...]:
        """Lines that may be transactions and cannot be read."""
        return tuple(line for part in self.parts for line in part.statement.problems)

    @property
    def complaints(self) -> tuple[str, ...]:
        """All that has to be settled first, but for unreadable lines."""
        asked = self.detection is not None and not self.detection.layout.is_complete
        open_questions = ("Say how dates and amounts are to be read.",) if asked else ()
        own = tuple(part.complaint for part in self.parts if part.complaint)
        return (*((self.mistake,) if self.mistake else ()), *open_questions, *own)

    @property
    def reading(self) -> tuple[tuple[str, str], ...]:
        """How a CSV file is read, in words: what a person is to look at before the import."""
        if self.detection is None:
            return ()
        layout = self.detection.layout
        mark = {".": "point, 1234.56", ",": "comma, 1234,56"}.get(layout.decimal_mark, "?")
        columns = (
            (title, ", ".join(map(layout.name_of, layout.columns[role])))
            for role, title in ROLES.items()
            if role in layout.columns
        )
        return (
            ("Dates like", FORMATS.get(layout.date_format, "?")),
            ("Decimal mark", mark),
            ("Characters", layout.encoding),
            (
                "Cells parted by",
                {"\t": "tab", " ": "space"}.get(layout.delimiter, layout.delimiter),
            ),
            *columns,
        )

    def can_run(self, *, without_problems: bool) -> bool:
        """Tell whether the import may be done."""
        return bool(self.parts) and not self.complaints and (without_problems or not self.problems)


def settled(statement: ParsedStatement, account: Account) -> ParsedStatement:
    """Return the statement with amounts exact in their currency; what is not is a problem."""
    lines: list[ParsedTransaction] = []
    wrong: list[SkippedLine] = []
    for line in statement.transactions:
        currency = line.currency or statement.currency or account.currency
        try:
            amount = exact(line.amount, currency)
        except InvalidInputError as error:
            wrong.append(
                SkippedLine(line.line, line.payee or line.description, error.message, True)
            )
            continue
        lines.append(replace(line, amount=amount, currency=currency))
    return replace(
        statement,
        transactions=tuple(lines),
        skipped=(*statement.skipped, *wrong),
        currency=statement.currency or account.currency,
    )
