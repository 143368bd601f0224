"""The text of each kind of file."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from documents.extraction.decoding import decoded
from documents.extraction.failures import ReadingError
from documents.extraction.request import Answer, Request

if TYPE_CHECKING:
    from openpyxl import Workbook

_SURROGATES: Final = dict.fromkeys((0, *range(55296, 57344)))
"""PostgreSQL keeps neither zero bytes nor halves of characters."""


def read_text(request: Request) -> Answer:
    """Return the text of the file, and what it says about itself."""
    answer = READERS[request.kind](request)
    answer.text = answer.text.translate(_SURROGATES)
    if len(answer.text) > request.limits.text:
        answer.text, answer.is_cut = answer.text[: request.limits.text], True
    return answer


def _pdf(request: Request) -> Answer:
    from documents.extraction.pdf import opened, page_text

    parts: list[str] = []
    length = 0
    with opened(request.path) as document:
        count = len(document)
        answer = Answer(page_count=count)
        for number in range(min(count, request.limits.pages)):
            parts.append(page_text(document, number))
            length += len(parts[-1])
            if length > request.limits.text:
                break
        answer.is_cut = len(parts) < count
        known = document.get_metadata_dict(skip_empty=True)
    answer.details = {key.lower(): value[:200] for key, value in known.items()}
    answer.text = "\n\n".join(parts)
    return answer


def _docx(request: Request) -> Answer:
    import mammoth

    with Path(request.path).open("rb") as file:
        return Answer(text=mammoth.extract_raw_text(file).value)


def _html(request: Request) -> Answer:
    text, is_cut = decoded(Path(request.path), request.limits.text * 4)
    return Answer(text=text_of_html(text), is_cut=is_cut)


def text_of_html(html: str) -> str:
    """Return what a reader of the page sees, without scripts and styles."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "template", "noscript"])
    title = tree.css_first("title")
    head = title.text(strip=True) if title else ""
    body = tree.body.text(separator="\n", strip=True) if tree.body else ""
    return "\n".join(filter(None, (head, *body.splitlines())))


def _markdown(request: Request) -> Answer:
    from documents.extraction.html import markdown_html

    text, is_cut = decoded(Path(request.path), request.limits.text)
    return Answer(text=text_of_html(markdown_html(text)), is_cut=is_cut)


def _plain(request: Request) -> Answer:
    text, is_cut = decoded(Path(request.path), request.limits.text)
    return Answer(text=text, is_cut=is_cut)


def _xml(request: Request) -> Answer:
    from defusedxml.ElementTree import parse

    root = parse(request.path, forbid_dtd=False).getroot()
    parts = (part.strip() for part in root.itertext()) if root is not None else ()
    return Answer(text="\n".join(part for part in parts if part))


def _xlsx(request: Request) -> Answer:
    from openpyxl import load_workbook

    parts: list[str] = []
    left = request.limits.text
    with Path(request.path).open("rb") as file:  # of a path openpyxl wants an extension
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        answer = Answer(page_count=len(book.sheetnames))
        for line in _lines(book, request.limits.pages * 1000):
            if left <= 0:
                answer.is_cut = True
                break
            parts.append(line)
            left -= len(line) + 1
    answer.text = "\n".join(parts)
    return answer


def _lines(book: "Workbook", most: int) -> Iterator[str]:
    for sheet in book.worksheets:
        yield sheet.title
        for row in sheet.iter_rows(values_only=True, max_row=most):
            cells = [str(value) for value in row if value is not None]
            if cells:
                yield "\t".join(cells)


def _image(request: Request) -> Answer:
    from PIL import ExifTags, Image

    with Image.open(request.path) as image:
        details = {"format": image.format or "", "size": f"{image.width} x {image.height}"}
        exif = image.getexif()
        for tag in ("Make", "Model", "DateTime", "ImageDescription", "Artist", "Copyright"):
            value = exif.get(ExifTags.Base[tag])
            if isinstance(value, str) and value.strip("\x00 "):
                details[tag.lower()] = value.strip("\x00 ")[:200]
    words = [details.get("imagedescription", ""), details.get("artist", "")]
    if request.tesseract:
        words.append(_recognised(request))
    return Answer(text="\n".join(word for word in words if word), details=details, page_count=1)


def _recognised(request: Request) -> str:
    """Return the words in an image, by ``tesseract FILE stdout``; it inherits all limits."""
    done = subprocess.run(
        [request.tesseract, request.path, "stdout"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "OMP_THREAD_LIMIT": "1"},
    )
    if done.returncode != 0:
        raise ReadingError("unreadable")
    return done.stdout.decode(errors="replace").strip()


READERS: Final[dict[str, Callable[[Request], Answer]]] = {
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
    "html": _html,
    "markdown": _markdown,
    "csv": _plain,
    "text": _plain,
    "ofx": _plain,
    "xml": _xml,
    **dict.fromkeys(("png", "jpeg", "webp", "gif", "tiff"), _image),
}
