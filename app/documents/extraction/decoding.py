"""Bytes of text files to text."""

from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

_SAMPLE: Final = 256 * 1024
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decoded(path: Path, most: int) -> tuple[str, bool]:
    """Return the text of a file and whether it was cut after ``most`` characters.

    UTF-8 first, because it cannot be mistaken; then what ``charset-normalizer`` thinks of the
    beginning; Windows' Western table last, which bank exports are most often in.
    """
    with path.open("rb") as file:
        content = file.read(most * 4)
        is_cut = bool(file.read(1))
    text = _decode(content)
    return text[:most], is_cut or len(text) > most


def _decode(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 4:  # cut in the middle of a character
            return content[: error.start].decode("utf-8")
    best = from_bytes(content[:_SAMPLE]).best()
    return content.decode(best.encoding if best else "cp1252", errors="replace")
