"""PDF by PDFium: text and pictures of pages. PDFium runs no scripts in this build."""

from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
from PIL import Image

from documents.extraction.failures import ReadingError

_PASSWORD = 4  # FPDF_ERR_PASSWORD


@contextmanager
def opened(path: str) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF. Raises ``ReadingError``: ``encrypted`` or ``unreadable``."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        code = "encrypted" if getattr(error, "err_code", None) == _PASSWORD else "unreadable"
        raise ReadingError(code) from error
    try:
        if not len(document):
            raise ReadingError("unreadable")
        yield document
    finally:
        document.close()


def page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    """Return the text of a page, counted from 0."""
    page = document[number]
    try:
        text = page.get_textpage()
        try:
            return str(text.get_text_bounded()).replace("\r\n", "\n")
        finally:
            text.close()
    finally:
        page.close()


def page_image(document: pypdfium2.PdfDocument, number: int, width: int) -> Image.Image:
    """Return a page as an image about ``width`` pixels wide; a page has at most 25 Mpx."""
    page = document[number]
    try:
        across, down = page.get_size()
        scale = width / max(across, 1)
        area = across * down * scale * scale
        if area > 25_000_000:
            scale *= (25_000_000 / area) ** 0.5
        image: Image.Image = page.render(scale=scale).to_pil()
        return image.convert("RGB")
    finally:
        page.close()
