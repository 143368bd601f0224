"""Files as other kinds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from documents.extraction.failures import ReadingError
from documents.extraction.html import html_of, rows_of
from documents.extraction.request import Answer, Made, Request

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What programs take for the beginning of a formula (OWASP, CSV Injection)."""
MOST_ROWS: Final = 1_048_576  # of a sheet of XLSX
PNG_PAGES: Final = 20
PNG_WIDTH: Final = 1654  # A4 at 200 dots per inch


def convert(request: Request) -> Answer:
    """Write the file as ``request.to``. Raises ``ReadingError``."""
    try:
        run = CONVERSIONS[request.kind, request.to]
    except KeyError as error:
        raise ReadingError("not_convertible") from error
    answer = Answer()
    for name, number in run(request):
        answer.made.append(Made(name, request.to, number))
    return answer


Files = list[tuple[str, int]]


def _to_html(request: Request) -> Files:
    return _one(request, "made.html", html_of(request.path, request.kind).encode())


def _html_to_pdf(request: Request) -> Files:
    """Lay a page out; nothing is loaded, and what is inside was cleaned before."""
    from weasyprint import HTML, URLFetcher

    inside = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
    page = HTML(string=html_of(request.path, request.kind), url_fetcher=inside)
    return _one(request, "made.pdf", page.write_pdf() or b"")


def _pdf_to_png(request: Request) -> Files:
    from documents.extraction.pdf import opened, page_image

    files: Files = []
    with opened(request.path) as document:
        for number in range(min(len(document), PNG_PAGES)):
            name = f"made-{number + 1}.png"
            page_image(document, number, PNG_WIDTH).save(Path(request.folder) / name, "PNG")
            files.append((name, number + 1))
    return files


def _pdf_to_text(request: Request) -> Files:
    from documents.extraction.texts import read_text

    return _one(request, "made.txt", read_text(request).text.encode())


def _csv_to_xlsx(request: Request) -> Files:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Table")
    for row in rows_of(request.path, MOST_ROWS):
        cells = []
        for value in row:
            cell: Any = WriteOnlyCell(sheet)
            cell.value = neutral(value)
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    name = "made.xlsx"
    book.save(Path(request.folder) / name)
    return [(name, 1)]


def neutral(value: str) -> str:
    """Return a cell that no program takes for a formula; numbers with a sign stay as they are."""
    text = "".join(each for each in value if each >= " " or each in "\t\n\r")
    if text.startswith(FORMULA) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    return text[0] in "+-" and text[1:].replace(".", "").replace(",", "").isdigit()


def _one(request: Request, name: str, content: bytes) -> Files:
    (Path(request.folder) / name).write_bytes(content)
    return [(name, 1)]


CONVERSIONS: Final[dict[tuple[str, str], Callable[[Request], Files]]] = {
    ("docx", "html"): _to_html,
    ("docx", "pdf"): _html_to_pdf,
    ("markdown", "html"): _to_html,
    ("markdown", "pdf"): _html_to_pdf,
    ("html", "pdf"): _html_to_pdf,
    ("pdf", "png"): _pdf_to_png,
    ("pdf", "text"): _pdf_to_text,
    ("csv", "xlsx"): _csv_to_xlsx,
}
