"""Everything that is loaded, file by file; each is made only when it is asked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from demo import messages, papers
from demo.household import HOLDINGS, SUPPLIERS, Holding
from demo.movements import Period, invoice_amount, invoice_number, months, periods
from demo.tables import LAYOUTS

SMALL: Final = "small"
LARGE: Final = "large"
MONTHS: Final = {SMALL: 6, LARGE: 120}
SCANS: Final = {SMALL: 0, LARGE: 2}
"""Scanned pages in a month, about 5 MB each."""
UNCONFIRMED: Final = 1
"""Months that are imported and left for people to review and reconcile."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file, and what is said about it. Its name is its own among all: it is added once."""

    name: str
    make: Callable[[], bytes]
    title: str
    tags: tuple[str, ...] = ()
    type_name: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    holding: Holding | None = None
    """The account of a statement: it is imported."""
    is_settled: bool = False
    """Whether what it brings is reviewed and reconciled."""


def number_of(size: str) -> int:
    """Return how many files a size has."""
    return sum(1 for _ in items(size, 0))


def items(size: str, seed: int) -> Iterator[Item]:
    """Yield the files of ``small`` or ``large``, month by month; the same for a seed."""
    wanted = months(MONTHS[size])
    by_month: dict[str, list[Period]] = {}
    kept = set(wanted)
    all_periods = [[p for p in periods(h, seed) if p.month in kept] for h in HOLDINGS]
    for at, _ in enumerate(wanted):
        settled = at < len(wanted) - UNCONFIRMED
        own = [listed[at] for listed in all_periods]
        for holding, period in zip(HOLDINGS, own, strict=True):
            yield _statement(holding, period, settled=settled)
        giro = own[0]
        by_month.setdefault("giro", []).append(giro)
        yield from _invoices(giro, seed)
        yield from _receipts(giro, seed)
        yield _note(giro, seed)
        if giro.month[1] % 3 == 0:
            yield _budget(by_month["giro"][-3:])
        if giro.month[1] in (1, 7):
            yield _contract(giro, seed)
        yield from _scans(giro, seed, SCANS[size])


def _statement(holding: Holding, period: Period, *, settled: bool) -> Item:
    write, extension = {
        "ofx": (messages.ofx, "ofx"),
        "camt": (messages.camt, "xml"),
    }.get(holding.layout) or (LAYOUTS[holding.layout], "csv")
    return Item(
        name=f"{period.name} {holding.bank} {holding.name}.{extension}",
        make=partial(write, holding, period),
        title=f"Statement {period.name}, {holding.bank} {holding.name}",
        tags=("statement", holding.bank),
        type_name="Statement",
        metadata={"bank": holding.bank, "start": f"{period.first}", "end": f"{period.last}"},
        holding=holding,
        is_settled=settled,
    )


def _invoices(period: Period, seed: int) -> Iterator[Item]:
    for supplier, what, usual in SUPPLIERS:
        number = invoice_number(supplier, period.month)
        amount = invoice_amount(usual, supplier, period.month, seed)
        yield Item(
            name=f"Invoice {number}.pdf",
            make=partial(papers.invoice, supplier, what, number, amount, period),
            title=f"Invoice {number}, {supplier}",
            tags=("invoice", "home"),
            type_name="Invoice",
            metadata={
                "number": number,
                "date": f"{period.first}",
                "due": f"{period.last}",
                "amount": f"{amount}",
                "currency": "EUR",
                "payee": supplier,
            },
        )


def _receipts(period: Period, seed: int) -> Iterator[Item]:
    bought = [m for m in period.movements if m.reference.startswith("GI")][:4]
    for at, movement in enumerate(bought):
        make, extension = (papers.receipt_text, "txt") if at % 4 == 3 else (papers.receipt, "png")
        own = f"{seed}:receipt:{movement.reference}"
        day = f"{movement.day}"
        yield Item(
            name=f"Receipt {movement.reference}.{extension}",
            make=partial(make, movement.payee, -movement.amount, day, own),
            title=f"Receipt {movement.payee}, {day}",
            tags=("receipt",),
            type_name="Receipt",
            metadata={
                "date": day,
                "amount": f"{-movement.amount}",
                "currency": "EUR",
                "payee": movement.payee,
            },
        )


def _note(period: Period, seed: int) -> Item:
    return Item(
        name=f"Notes {period.name}.md",
        make=partial(papers.note, period, f"{seed}:note:{period.name}"),
        title=f"Notes on {period.name}",
        tags=("notes",),
    )


def _budget(some: list[Period]) -> Item:
    last = some[-1].name
    return Item(
        name=f"Budget up to {last}.xlsx",
        make=partial(papers.budget, tuple(some)),
        title=f"Budget up to {last}",
        tags=("budget",),
    )


def _contract(period: Period, seed: int) -> Item:
    supplier, what, _ = SUPPLIERS[period.month[0] % len(SUPPLIERS)]
    begins = f"{period.first}"
    return Item(
        name=f"Contract {period.name} {supplier}.docx",
        make=partial(papers.contract, supplier, what, begins, f"{seed}:contract:{period.name}"),
        title=f"Contract with {supplier} from {begins}",
        tags=("contract",),
        type_name="Contract",
        metadata={"party": supplier, "start": begins},
    )


def _scans(period: Period, seed: int, number: int) -> Iterator[Item]:
    for at in range(number):
        title = f"Scanned letter {period.name}, no. {at + 1}"
        yield Item(
            name=f"{title}.pdf",
            make=partial(papers.scan, title, f"{seed}:scan:{period.name}:{at}"),
            title=title,
            tags=("scan",),
        )
