"""The kinds of files that LedgerFlow takes."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: ``name`` is kept in the database and given to the child process."""

    name: str
    title: str
    media_type: str
    extensions: tuple[str, ...]
    is_text: bool = False
    other_media_types: tuple[str, ...] = ()


KINDS: Final[tuple[Kind, ...]] = (
    Kind("pdf", "PDF", "application/pdf", ("pdf",)),
    Kind(
        "docx",
        "Word document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ("docx",),
    ),
    Kind(
        "xlsx",
        "Excel workbook",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ("xlsx",),
    ),
    Kind("html", "HTML page", "text/html", ("html", "htm"), True),
    Kind("markdown", "Markdown", "text/markdown", ("md", "markdown"), True),
    Kind("csv", "CSV table", "text/csv", ("csv", "tsv"), True, ("application/vnd.ms-excel",)),
    Kind("text", "Plain text", "text/plain", ("txt", "text", "log"), True),
    Kind("ofx", "OFX statement", "application/x-ofx", ("ofx", "qfx"), True),
    Kind("xml", "XML file", "application/xml", ("xml",), True, ("text/xml",)),
    Kind("png", "PNG image", "image/png", ("png",)),
    Kind("jpeg", "JPEG image", "image/jpeg", ("jpg", "jpeg"), False, ("image/jpg",)),
    Kind("webp", "WebP image", "image/webp", ("webp",)),
    Kind("gif", "GIF image", "image/gif", ("gif",)),
    Kind("tiff", "TIFF image", "image/tiff", ("tif", "tiff")),
)
BY_NAME: Final = {kind.name: kind for kind in KINDS}
BY_EXTENSION: Final = {extension: kind for kind in KINDS for extension in kind.extensions}
BY_MEDIA_TYPE: Final = {
    media_type: kind for kind in KINDS for media_type in (kind.media_type, *kind.other_media_types)
}
IMAGES: Final = frozenset({"png", "jpeg", "webp", "gif", "tiff"})
TAKEN: Final = ", ".join(sorted({extension for kind in KINDS for extension in kind.extensions}))
