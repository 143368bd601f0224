"""HTML that people may see: made from other kinds, and cleaned."""

import csv
import html
import io
from pathlib import Path
from typing import Any, Final

import nh3

from documents.extraction.decoding import decoded

ROWS: Final = 500
CHARACTERS: Final = 1_000_000
STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:1.5rem;overflow-wrap:anywhere}"
    "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2rem .5rem}"
    "img{max-width:100%}pre{white-space:pre-wrap}"
)


def cleaned(fragment: str) -> str:
    """Return ``fragment`` with nothing that runs, loads or sends."""
    return nh3.clean(
        fragment,
        url_schemes={"http", "https", "mailto", "data"},
        attribute_filter=_keep,
        link_rel="noopener noreferrer nofollow",
    )


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """Images only from inside the page, links only to elsewhere."""
    if attribute in {"src", "href", "cite", "background", "longdesc"}:
        address = value.strip().lower()
        if tag == "img":
            return value if address.startswith(("data:image/png;", "data:image/jpeg;")) else None
        return None if address.startswith("data:") else value
    return value


def page(title: str, body: str) -> str:
    """Return a whole page around a cleaned body."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}'
        f"</title><style>{STYLE}</style></head><body>{cleaned(body)}</body></html>"
    )


def markdown_html(text: str) -> str:
    """Return Markdown as HTML; HTML inside is text."""
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def html_of(path: str, kind: str) -> str:
    """Return a file as a clean page of HTML. Raises ``KeyError`` for kinds without one."""
    return page(Path(path).name, BODIES[kind](path))


def _docx(path: str) -> str:
    import mammoth

    with Path(path).open("rb") as file:
        return str(mammoth.convert_to_html(file).value)


def _markdown(path: str) -> str:
    return markdown_html(decoded(Path(path), CHARACTERS)[0])


def _html(path: str) -> str:
    return decoded(Path(path), CHARACTERS * 4)[0]


def _plain(path: str) -> str:
    return f"<pre>{html.escape(decoded(Path(path), CHARACTERS)[0])}</pre>"


def rows_of(path: str, most: int) -> list[list[str]]:
    """Return the first rows of a CSV file, its delimiter found by the first lines."""
    text = decoded(Path(path), CHARACTERS * 20)[0]
    try:
        dialect: Any = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(text, newline=""), dialect):
        rows.append(row)
        if len(rows) >= most:
            break
    return rows


def _csv(path: str) -> str:
    return _table(rows_of(path, ROWS))


def _xlsx(path: str) -> str:
    from openpyxl import load_workbook

    parts: list[str] = []
    with Path(path).open("rb") as file:  # of a path openpyxl wants an extension
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets[:10]:
            rows = sheet.iter_rows(values_only=True, max_row=ROWS, max_col=50)
            shown = [["" if value is None else str(value) for value in row] for row in rows]
            parts.append(f"<h2>{html.escape(sheet.title)}</h2>{_table(shown)}")
    return "".join(parts)


def _table(rows: list[list[str]]) -> str:
    lines = (
        "<tr>" + "".join(f"<td>{html.escape(cell[:500])}</td>" for cell in row[:50]) + "</tr>"
        for row in rows
    )
    return f"<table>{''.join(lines)}</table>"


BODIES: Final = {
    "docx": _docx,
    "markdown": _markdown,
    "html": _html,
    "csv": _csv,
    "xlsx": _xlsx,
    "text": _plain,
    "ofx": _plain,
    "xml": _plain,
}
