"""What people see of a file before they open it: a thumbnail and pages, or a page of HTML."""

from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from documents.extraction.html import BODIES, html_of
from documents.extraction.request import Answer, Made, Request

THUMBNAIL: Final = 320
PAGE: Final = 1100
QUALITY: Final = 80
METHOD: Final = 1
"""Of 0 to 6: half the time of the usual 4 for a page, and a sixth more bytes."""


def make_preview(request: Request) -> Answer:
    """Write the thumbnail and the pages of the file, as WebP, or its page of HTML."""
    answer = Answer()
    if request.kind in BODIES:
        _write(answer, request, "preview.html", "preview").write_text(
            html_of(request.path, request.kind), encoding="utf-8"
        )
    elif request.kind == "pdf":
        _pdf(answer, request)
    else:
        with Image.open(request.path) as opened:
            opened.draft("RGB", (PAGE * 2, PAGE * 2))  # JPEG is read at a smaller size at once
            image = ImageOps.exif_transpose(opened).convert("RGB")
        _pictures(answer, request, image, 1)
    return answer


def _pdf(answer: Answer, request: Request) -> None:
    from documents.extraction.pdf import opened, page_image

    with opened(request.path) as document:
        for number in range(min(len(document), request.limits.previews)):
            _pictures(answer, request, page_image(document, number, PAGE), number + 1)


def _pictures(answer: Answer, request: Request, image: Image.Image, number: int) -> None:
    image.thumbnail((PAGE, PAGE * 3))
    path = _write(answer, request, f"page-{number}.webp", "page", number)
    _save(image, path)
    if number == 1:
        image.thumbnail((THUMBNAIL, THUMBNAIL))
        _save(image, _write(answer, request, "thumbnail.webp", "thumbnail"))


def _save(image: Image.Image, path: Path) -> None:
    image.save(path, "WEBP", quality=QUALITY, method=METHOD)


def _write(answer: Answer, request: Request, name: str, kind: str, number: int = 1) -> Path:
    answer.made.append(Made(name, kind, number))
    return Path(request.folder) / name
