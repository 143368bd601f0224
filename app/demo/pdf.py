"""PDFs with text and pictures, made by PDFium."""

import ctypes
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

WIDTH: Final = 595
HEIGHT: Final = 842
"""A4, in points."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; ``top`` and ``left`` in points from the upper left corner."""

    text: str
    top: float
    left: float = 60
    size: float = 10
    bold: bool = False


def pages_of_text(pages: Sequence[Sequence[Line]]) -> bytes:
    """Return a PDF with one page for each sequence of lines."""
    document = pypdfium2.PdfDocument.new()
    try:
        for lines in pages:
            page = document.new_page(WIDTH, HEIGHT)
            for line in lines:
                _write(document, page, line)
            pdfium.FPDFPage_GenerateContent(page)
        return _saved(document)
    finally:
        document.close()


def page_of_picture(jpeg: bytes) -> bytes:
    """Return a PDF of one page that is a picture, as scanners make them."""
    document = pypdfium2.PdfDocument.new()
    try:
        page = document.new_page(WIDTH, HEIGHT)
        picture = pypdfium2.PdfImage.new(document)
        picture.load_jpeg(io.BytesIO(jpeg))
        picture.set_matrix(pypdfium2.PdfMatrix().scale(WIDTH, HEIGHT))
        page.insert_obj(picture)
        page.gen_content()
        return _saved(document)
    finally:
        document.close()


def _write(document: Any, page: Any, line: Line) -> None:  # noqa: ANN401 - PDFium has no types
    font = b"Helvetica-Bold" if line.bold else b"Helvetica"
    text = pdfium.FPDFPageObj_NewTextObj(document, font, ctypes.c_float(line.size))
    encoded = f"{line.text}\0".encode("utf-16-le")
    units = (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded)
    pdfium.FPDFText_SetText(text, units)
    pdfium.FPDFPageObj_Transform(text, 1, 0, 0, 1, line.left, HEIGHT - line.top)
    pdfium.FPDFPage_InsertObject(page, text)


def _saved(document: Any) -> bytes:  # noqa: ANN401
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
