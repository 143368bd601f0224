"""Invoices, receipts, contracts, notes and scans of the household."""

import io
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from demo import office, pdf
from demo.movements import Period
from demo.pdf import Line

_SCAN: Final = (2480, 3508)
"""Pixels of an A4 page at 300 to the inch."""
_WORDS: Final = (
    "delivery", "payment", "account", "quarter", "house", "garden", "insurance", "repair",
    "window", "heating", "meter", "reading", "annual", "statement", "contract", "renewal",
    "notice", "balance", "credit", "transfer", "service", "network", "receipt", "market",
    "railway", "station", "office", "kitchen", "paper", "archive", "folder", "tenant",
    "landlord", "deposit", "interest",
)  # fmt: skip


def invoice(supplier: str, what: str, number: str, amount: Decimal, period: Period) -> bytes:
    """Return an invoice of two pages: what is wanted, and the conditions."""
    net = (amount / Decimal("1.19")).quantize(Decimal("0.01"))
    lines = [
        Line(supplier, 70, size=18, bold=True),
        Line("12 Harbour Road, 99999 Lakeside", 90),
        Line("To the Example household, 7 Garden Lane, 99998 Hilltop", 150),
        Line(f"Invoice {number}", 210, size=14, bold=True),
        Line(f"Date {period.first}    Due {period.last}", 230),
        Line(what, 280),
        Line(f"{net} EUR", 280, left=460),
        Line("VAT 19 %", 300),
        Line(f"{amount - net} EUR", 300, left=460),
        Line("Total", 330, bold=True),
        Line(f"{amount} EUR", 330, left=460, bold=True),
        Line(f"Please pay until {period.last} and name {number}.", 380),
    ]
    terms = [Line("Conditions", 70, size=14, bold=True)]
    draw = random.Random(f"{supplier}:{number}")  # noqa: S311 - invented data
    terms += [Line(_sentence(draw), 110 + 18 * at) for at in range(30)]
    return pdf.pages_of_text((lines, terms))


def receipt(shop: str, amount: Decimal, day: str, seed: str) -> bytes:
    """Return a picture of a till's receipt, as PNG."""
    draw = random.Random(seed)  # noqa: S311 - invented data
    picture = Image.new("L", (420, 640), 250)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(22)
    shares = _shares(amount, draw)
    texts = [shop, day, "-" * 28]
    texts += [f"{draw.choice(_WORDS):<14} {share:>9}" for share in shares]
    texts += ["-" * 28, f"TOTAL EUR {amount:>12}", "Thank you"]
    for at, text in enumerate(texts):
        pen.text((30, 30 + 34 * at), text, fill=30, font=font)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def receipt_text(shop: str, amount: Decimal, day: str, seed: str) -> bytes:
    """Return a receipt that came by mail, as plain text."""
    draw = random.Random(seed)  # noqa: S311 - invented data
    rows = [f"{draw.choice(_WORDS):<20}{share:>10}" for share in _shares(amount, draw)]
    return "\n".join([shop, day, *rows, f"{'Total EUR':<20}{amount:>10}", ""]).encode()


def contract(partner: str, what: str, begins_on: str, seed: str) -> bytes:
    """Return a contract, as a Word document."""
    draw = random.Random(seed)  # noqa: S311 - invented data
    paragraphs = [
        f"Contract with {partner}",
        f"Between {partner} and the Example household, beginning on {begins_on}.",
        f"Subject: {what}.",
        *(f"{at}. {_sentence(draw)} {_sentence(draw)}" for at in range(1, 13)),
    ]
    return office.docx(paragraphs)


def note(period: Period, seed: str) -> bytes:
    """Return a note on a month, as Markdown."""
    draw = random.Random(seed)  # noqa: S311 - invented data
    tasks = "\n".join(f"- [{draw.choice(' x')}] {_sentence(draw)}" for _ in range(6))
    return (
        f"# Papers of {period.name}\n\n{_sentence(draw)}\n\n## To do\n\n{tasks}\n\n"
        f"| what | amount |\n|---|---:|\n| in | {_sum(period, 1)} |\n| out | {_sum(period, -1)} |\n"
    ).encode()


def budget(periods: Sequence[Period]) -> bytes:
    """Return a workbook with the sums of some months."""
    rows: list[Sequence[str | Decimal]] = [("Month", "In", "Out", "Held")]
    rows += [(each.name, _sum(each, 1), _sum(each, -1), each.closing) for each in periods]
    return office.xlsx("Budget", rows)


def scan(title: str, seed: str) -> bytes:
    """Return a scanned page of about 5 MB: grain of paper does not compress."""
    draw = random.Random(seed)  # noqa: S311 - invented data
    width, height = _SCAN
    paper = Image.frombytes("L", _SCAN, draw.randbytes(width * height)).point(_bright)
    pen = ImageDraw.Draw(paper)
    font = ImageFont.load_default(52)
    for at, text in enumerate([title, *(_sentence(draw) for _ in range(28))]):
        pen.text((180, 220 + 100 * at), text, fill=20, font=font)
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=86)
    return pdf.page_of_picture(out.getvalue())


def _bright(value: int) -> int:
    return 120 + value * 135 // 255


def _sentence(draw: random.Random) -> str:
    words = draw.choices(_WORDS, k=draw.randint(7, 11))
    return " ".join(words).capitalize() + "."


def _shares(amount: Decimal, draw: random.Random) -> list[Decimal]:
    """Return amounts that add up to ``amount``."""
    shares = []
    rest = amount
    for _ in range(draw.randint(2, 6)):
        share = (rest * draw.randint(10, 60) / 100).quantize(Decimal("0.01"))
        shares.append(share)
        rest -= share
    return [*shares, rest]


def _sum(period: Period, sign: int) -> Decimal:
    return sum((m.amount for m in period.movements if m.amount * sign > 0), Decimal(0))
