"""What a file's name says, and what it may be called here."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

_PROGRAMS = """
    apk bat bin cmd cpl deb dll dmg elf exe gadget hta jar js jse lnk msi msp pif ps1 psm1 reg rpm
    scr sh vb vbe vbs wasm ws wsf wsh xll
"""
_ARCHIVES = "7z ace ar bz2 cab gz iso lz lzma rar tar tgz txz xz z zip zst"
PROGRAMS: Final = frozenset(_PROGRAMS.split())
ARCHIVES: Final = frozenset(_ARCHIVES.split())
LONGEST: Final = 255
_UNSAFE = re.compile(r'[<>:"|?*]')
# Unicode's Default_Ignorable_Code_Point outside of category C: letters and marks without a shape.
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
_BRAILLE_BLANK = "\u2800"


def clean_name(given: str) -> str:
    """Return ``given`` without folders, invisible characters and tricks of writing direction.

    Unicode's categories of control, format, surrogate and private characters go, and so do letters
    without a shape; any run of spaces becomes a plain one. A name that is too long loses the end of
    its stem, never its extension. What has nothing to see is called ``file``.
    """
    text = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    kept = "".join(_plain(each) for each in _SHAPELESS.sub("", text))
    kept = _UNSAFE.sub("_", unicodedata.normalize("NFC", kept))
    name = re.sub(" +", " ", kept).strip(" .")
    if len(name) > LONGEST:
        suffix = PurePosixPath(name).suffix[:20]
        name = (name[: LONGEST - len(suffix)] + suffix).strip(" .")
    return name if any(_has_shape(each) for each in name) else "file"


def _plain(character: str) -> str:
    category = unicodedata.category(character)[0]
    if category == "Z" or character == _BRAILLE_BLANK:
        return " "
    return "" if category == "C" else character


def _has_shape(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"


def extensions(name: str) -> tuple[str, ...]:
    """Return the extensions in lower case, outermost last."""
    return tuple(part.strip().lower() for part in name.split(".")[1:])
