"""The characters of a text file: what encoding its bytes are in."""

import codecs
from typing import Final

from core.errors import UnprocessableError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes, encoding: str = "") -> tuple[str, str]:
    """Return the text and the name of its encoding; a byte order mark is no part of the text.

    Without a mark: UTF-16 when every other byte is mostly zero, UTF-8 when it is that without a
    mistake, otherwise Windows-1252, which contains what banks use of Latin-1.
    Raises ``UnprocessableError`` when it is no text.
    """
    found = encoding or _guess(content)
    try:
        text = content.decode(found)
    except (UnicodeDecodeError, LookupError) as error:
        if found == "cp1252":
            return decode(content, "latin-1")
        raise UnprocessableError(f"The file is not text in {found}. Choose another one.") from error
    if "\0" in text:
        raise UnprocessableError("The file is not text. Choose a CSV, OFX or CAMT.053 file.")
    return text.removeprefix("\ufeff"), found


def _guess(content: bytes) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    head = content[:4096]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
