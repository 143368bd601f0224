"""Bytes of text files to text."""

from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

_SAMPLE: Final = 256 * 1024
_WESTERN: Final = "cp1252"
_OTHERS: Final = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("shift_jis", "euc_kr", "big5", "gb18030"),
]
"""What exports are written in; Macintosh's tables are left out, short texts are taken for them."""
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WESTERN_CHARACTERS: Final = frozenset(
    "äöüÄÖÜßéèêëÉÈÊáàâãåÁÀÂÃÅíìîïÍóòôõøÓÒÔÕØúùûÚÙÛñÑçÇœŒæÆÿ€£§°ºª²½µ©®™·•«»¡–—‘’“”„… ´"  # noqa: RUF001
)
"""Without those that are letters of Polish or Czech in the Central European table."""
_MOST_FOREIGN: Final = 0.3
"""A Western text has fewer letters with accents than this; one in Cyrillic has nearly none else."""


def decoded(path: Path, most: int) -> tuple[str, bool]:
    """Return the text of a file and whether it was cut after ``most`` characters."""
    with path.open("rb") as file:
        content = file.read(most * 4)
        is_cut = bool(file.read(1))
    text = decode(content, is_cut=is_cut)
    return text[:most], is_cut or len(text) > most


def decode(content: bytes, *, is_cut: bool = False) -> str:
    """Return ``content`` as text; ``is_cut`` when it may end in the middle of a character.

    UTF-8 first, because it cannot be mistaken; then Windows' Western table when the text looks
    like it, because detectors need longer texts than statements have; then the detector.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if is_cut and error.start >= len(content) - 4:
            return content[: error.start].decode("utf-8")
    if _looks_western(content[:_SAMPLE]):
        return content.decode(_WESTERN, errors="replace")
    best = from_bytes(content[:_SAMPLE], cp_isolation=_OTHERS).best()
    return content.decode(best.encoding if best else _WESTERN, errors="replace")


def _looks_western(sample: bytes) -> bool:
    text = sample.decode(_WESTERN, errors="replace")
    foreign = [each for each in text if each > "\x7f"]
    letters = [each for each in text if each.isalpha()]
    accented = sum(each > "\x7f" for each in letters)
    known = all(each in _WESTERN_CHARACTERS for each in foreign)
    return known and accented <= max(1, len(letters) * _MOST_FOREIGN)
