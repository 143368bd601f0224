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


def clean_name(given: str) -> str:
    """Return ``given`` without folders, invisible characters and tricks of writing direction.

    Unicode's categories of control, format, surrogate and private characters go; a name that is
    too long loses the middle of its stem, never its extension.
    """
    text = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    kept = "".join(each for each in text if unicodedata.category(each)[0] != "C")
    name = _UNSAFE.sub("_", kept).strip(" .") or "file"
    if len(name) > LONGEST:
        suffix = PurePosixPath(name).suffix[:20]
        name = name[: LONGEST - len(suffix)] + suffix
    return name


def extensions(name: str) -> tuple[str, ...]:
    """Return the extensions in lower case, outermost last."""
    return tuple(part.strip().lower() for part in name.split(".")[1:])
