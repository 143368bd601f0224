"""Word documents and workbooks."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape

from openpyxl import Workbook

_NAMES: Final = "http://schemas.openxmlformats.org"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_PARTS: Final = {
    "[Content_Types].xml": (
        f'{_HEAD}<Types xmlns="{_NAMES}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}"/></Types>'
    ),
    "_rels/.rels": (
        f'{_HEAD}<Relationships xmlns="{_NAMES}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_NAMES}/officeDocument/2006/relationships/officeDocument"'
        ' Target="word/document.xml"/></Relationships>'
    ),
}
"""What a DOCX has beside its text (ECMA-376)."""
_HEADING: Final = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
_THEN: Final = (1980, 1, 1, 0, 0, 0)


def docx(paragraphs: Sequence[str]) -> bytes:
    """Return a Word document; the first paragraph is its heading."""
    styles = [_HEADING, *[""] * len(paragraphs)]
    body = "".join(
        f"<w:p>{style}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"
        for style, text in zip(styles, paragraphs, strict=False)
    )
    document = f'{_HEAD}<w:document xmlns:w="{_NAMES}/wordprocessingml/2006/main"><w:body>{body}'
    parts = {**_PARTS, "word/document.xml": f"{document}</w:body></w:document>"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _THEN), content)
    return out.getvalue()


def xlsx(title: str, rows: Sequence[Sequence[str | Decimal | date]]) -> bytes:
    """Return a workbook with one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
