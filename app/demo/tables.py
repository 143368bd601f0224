"""Statements as CSV, in the layouts of four invented banks."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from demo.household import Holding
from demo.movements import Movement, Period


def german(holding: Holding, period: Period) -> bytes:
    """Semicolons, Windows-1252, decimal commas, a preamble and a row of the total."""
    lines = [
        f"{holding.bank};;;;",
        f"Kontonummer;{holding.number};;;",
        f"Zeitraum;{_dotted(period.first)} bis {_dotted(period.last)};;;",
        ";;;;",
        "Buchungstag;Empfänger;Verwendungszweck;Referenz;Betrag",
        *(
            f"{_dotted(m.day)};{m.payee};{m.text};{m.reference};{_comma(m.amount)}"
            for m in period.movements
        ),
        f"Summe;;;;{_comma(_total(period))}",
    ]
    return "\r\n".join(lines).encode("cp1252")


def bom(holding: Holding, period: Period) -> bytes:
    """Commas, UTF-8 with a mark, a running balance that tells opening and closing."""
    held = period.opening
    lines = ["Date,Payee,Description,Reference,Amount,Balance"]
    for m in period.movements:
        held += m.amount
        cells = (f"{m.day:%Y-%m-%d}", m.payee, m.text, m.reference, f"{m.amount}", f"{held}")
        lines.append(",".join(_quoted(cell) for cell in cells))
    return "\n".join([*lines, ""]).encode("utf-8-sig")


def parentheses(holding: Holding, period: Period) -> bytes:
    """American dates, negative amounts in parentheses, thousands separators, empty lines."""
    lines = ["Date,Description,Reference,Amount"]
    for m in period.movements:
        lines.append(
            f"{m.day:%m/%d/%Y},{_quoted(f'{m.payee}, {m.text}')},{m.reference},{_bracketed(m)}"
        )
        if m.day.day == 15:
            lines.append(",,,")
    return "\r\n".join([*lines, ""]).encode()


def split(holding: Holding, period: Period) -> bytes:
    """Headings over two rows, money out and money in in columns of their own."""
    lines = ["Posting;Transaction;Transaction;Paid;Paid", "Date;Payee;Description;out;in"]
    for m in period.movements:
        out, into = (_comma(-m.amount), "") if m.amount < 0 else ("", _comma(m.amount))
        lines.append(f"{_dotted(m.day)};{m.payee};{m.text} {m.reference};{out};{into}")
    return "\n".join([*lines, ""]).encode()


LAYOUTS: Final[Mapping[str, Callable[[Holding, Period], bytes]]] = {
    "german": german,
    "bom": bom,
    "parentheses": parentheses,
    "split": split,
}


def _total(period: Period) -> Decimal:
    return period.closing - period.opening


def _dotted(day: object) -> str:
    return f"{day:%d.%m.%Y}"


def _comma(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _bracketed(movement: Movement) -> str:
    shown = f"${abs(movement.amount):,.2f}"
    return _quoted(f"({shown})" if movement.amount < 0 else shown)


def _quoted(cell: str) -> str:
    return f'"{cell}"' if "," in cell else cell
