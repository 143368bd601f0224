"""What the bytes of a file are, whatever its name says."""

import mmap
from pathlib import Path
from typing import Final

import puremagic

from documents.inspection.archives import ends_as_archive, office_kind
from documents.inspection.kinds import BY_EXTENSION, IMAGES
from documents.inspection.refusals import refusal

HEAD: Final = 64 * 1024
PROGRAMS: Final = (
    b"MZ",  # Windows
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",  # Java, and macOS for several processors
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\x00asm",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
)
ARCHIVES: Final = (
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"MSCF",
    b"\x28\xb5\x2f\xfd",
)
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF: Final = b"%PDF-"
STARTS: Final = {
    PDF: "pdf",
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"II*\x00": "tiff",
    b"MM\x00*": "tiff",
}
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
FOREIGN_IN_IMAGES: Final = (b"<script", b"<?php", PDF, b"<html")
MARKUP: Final = (b"<!doctype html", b"<html", b"<script", b"<svg")
_CONTROLS: Final = bytes({*range(32)} - {7, 8, 9, 10, 12, 13, 27})


def content_kind(path: Path, extension: str) -> str:
    """Return the kind of a file; texts are told apart by ``extension``. Raises refusals."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(PROGRAMS):
        raise refusal("executable")
    if head.startswith(ZIP):
        return office_kind(path)
    if head.startswith(ARCHIVES):
        raise refusal("archive")
    if head.startswith(OLE):
        raise refusal("old_office")
    kind = _binary_kind(head)
    if kind:
        _refuse_second_type(path, kind)
        return kind
    if PDF in head[:1024]:
        raise refusal("polyglot")  # readers of PDF look further than the first byte
    if not is_text(head):
        raise refusal("unknown_type", found=_looks_like(head))
    if ends_as_archive(path):
        raise refusal("polyglot")
    return _text_kind(head, extension)


def is_text(head: bytes) -> bool:
    """Tell whether the beginning of a file is text in UTF-8, UTF-16 with a mark, or 8 bits."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not head.translate(None, delete=bytes(set(range(256)) - set(_CONTROLS)))


def _binary_kind(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return next((kind for start, kind in STARTS.items() if head.startswith(start)), None)


def _text_kind(head: bytes, extension: str) -> str:
    """Content that is markup is markup; other texts are what their name says."""
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    named = BY_EXTENSION.get(extension)
    if plain.startswith(MARKUP[:3]):
        return "html"
    if plain.startswith(MARKUP[3]):
        raise refusal("unknown_type", found="an SVG drawing")
    if named is None:
        raise refusal("unknown_type")
    if not named.is_text:
        raise refusal("type_mismatch", found="text")
    return named.name


def _refuse_second_type(path: Path, kind: str) -> None:
    if ends_as_archive(path):
        raise refusal("polyglot")
    if kind in IMAGES and contains(path, FOREIGN_IN_IMAGES):
        raise refusal("polyglot")


def contains(path: Path, words: tuple[bytes, ...]) -> list[bytes]:
    """Return those ``words`` that are somewhere in the file, which is not read into memory."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        return [word for word in words if view.find(word) >= 0]


def _looks_like(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return found[0].name if found and found[0].confidence > 0.5 else ""
