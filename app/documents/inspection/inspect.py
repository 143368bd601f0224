"""The one question: what is this file, and is it taken?"""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError

from documents.inspection.archives import HEAD, defines_entities
from documents.inspection.content import contains, content_kind
from documents.inspection.kinds import BY_EXTENSION, BY_MEDIA_TYPE, BY_NAME, IMAGES, Kind
from documents.inspection.names import PROGRAMS, clean_name, extensions
from documents.inspection.refusals import refusal

MOST_PIXELS: Final = 100_000_000
GENERIC: Final = frozenset({"", "application/octet-stream", "text/plain"})
PDF_FLAGS: Final = {
    b"/Launch": "launch_action",
    b"/JavaScript": "javascript",
    b"/EmbeddedFile": "embedded_file",
}
"""Worth knowing, not refused: nothing of it is ever run here, and invoices embed their data."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that is taken."""

    name: str
    kind: Kind
    warnings: tuple[str, ...]


def inspect(path: Path, name: str, declared: str = "") -> Inspected:
    """Look at the file at ``path`` that was sent as ``name`` with the media type ``declared``.

    Raises ``UnsupportedTypeError`` with a code of ``refusals.MESSAGES``.
    """
    cleaned = clean_name(name)
    endings = extensions(cleaned)
    if endings and endings[-1] in PROGRAMS:
        raise refusal("executable")
    if endings[-2:-1] and endings[-2] in PROGRAMS:
        raise refusal("double_extension")
    extension = endings[-1] if endings else ""
    kind = BY_NAME[content_kind(path, extension)]
    _agree(kind, extension, declared)
    if kind.name in IMAGES:
        _refuse_pixels(path)
    if kind.is_text and _has_entities(path):
        raise refusal("entity_bomb")
    flags = contains(path, tuple(PDF_FLAGS)) if kind.name == "pdf" else []
    return Inspected(cleaned, kind, tuple(PDF_FLAGS[flag] for flag in flags))


def _agree(kind: Kind, extension: str, declared: str) -> None:
    """Browsers declare texts loosely, so only claims of another family are a contradiction."""
    named = BY_EXTENSION.get(extension)
    if named is not kind:
        raise refusal("type_mismatch", found=f"a {kind.title}")
    media_type = declared.split(";", maxsplit=1)[0].strip().lower()
    claimed = None if media_type in GENERIC else BY_MEDIA_TYPE.get(media_type)
    if claimed is not None and claimed is not kind and not (claimed.is_text and kind.is_text):
        raise refusal("type_mismatch", found=f"a {kind.title}")


def _refuse_pixels(path: Path) -> None:
    """Read the header only: no pixel is unpacked here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                width, height = image.size
    except Image.DecompressionBombError as error:
        raise refusal("pixel_bomb") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise refusal("broken_image") from error
    if width * height > MOST_PIXELS:
        raise refusal("pixel_bomb")


def _has_entities(path: Path) -> bool:
    with path.open("rb") as file:
        return defines_entities(file.read(HEAD))
