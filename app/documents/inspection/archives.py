"""Looks into the ZIP containers of office files without unpacking them.

The end record is read by hand first: the standard library would build an object for each of
millions of entries. Format: PKWARE APPNOTE.TXT 6.3.10, section 4.3.16.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

from documents.inspection.names import ARCHIVES
from documents.inspection.refusals import refusal

END: Final = b"PK\x05\x06"
END_SIZE: Final = 22
LOCAL_HEADER: Final = 30
MOST_ENTRIES: Final = 5000
MOST_DIRECTORY: Final = 4 * 1024**2
MOST_UNPACKED: Final = 512 * 1024**2
RATIO: Final = 100
RATIO_FROM: Final = 10 * 1024**2
"""Bytes unpacked below which the ratio does not matter: empty sheets compress very well."""
HEAD: Final = 64 * 1024
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What the standard library raises for archives that are not as they say."""


def ends_as_archive(path: Path) -> bool:
    """Tell whether programs that read ZIP from its end would take the file for one."""
    return _end(path) is not None


def office_kind(path: Path) -> str:
    """Return ``docx`` or ``xlsx``, or raise the refusal of what else the container is."""
    end = _end(path)
    if end is None:
        raise refusal("broken_archive")
    entries, directory = end
    if entries > MOST_ENTRIES or directory > MOST_DIRECTORY:
        raise refusal("too_many_entries")
    try:
        with zipfile.ZipFile(path) as archive:
            return _office_kind(archive)
    except BROKEN as error:
        raise refusal("broken_archive") from error


def _office_kind(archive: zipfile.ZipFile) -> str:
    members = archive.infolist()
    _refuse_bombs(members)
    names = {member.filename for member in members}
    for name in names:
        if name.startswith("/") or ".." in name.split("/") or "\\" in name:
            raise refusal("unsafe_path")
        if name.lower().rsplit(".", maxsplit=1)[-1] in ARCHIVES:
            raise refusal("nested_archive")
        if name.lower().endswith("vbaproject.bin"):
            raise refusal("macro")
    if "[Content_Types].xml" not in names:
        raise refusal("archive")
    _refuse_entities(archive, members)
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise refusal("archive")


def _refuse_bombs(members: Sequence[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if unpacked > MOST_UNPACKED or (unpacked > RATIO_FROM and unpacked / packed > RATIO):
        raise refusal("zip_bomb")
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:  # entries that share their bytes
            raise refusal("zip_bomb")
        end = member.header_offset + LOCAL_HEADER + member.compress_size


def _refuse_entities(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> None:
    for member in members:
        if member.flag_bits & 0x1:
            raise refusal("old_office")  # encrypted entries
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as file:
                if defines_entities(file.read(HEAD)):
                    raise refusal("entity_bomb")


def defines_entities(head: bytes) -> bool:
    """Tell whether the beginning of an XML file has a document type with entities.

    Zero bytes are left out, so that UTF-16 is read too. Office files never have a document type.
    """
    plain = head.replace(b"\x00", b"").upper()
    return b"<!ENTITY" in plain


def _end(path: Path) -> tuple[int, int] | None:
    """Return number of entries and bytes of the directory, if the end record is at the end."""
    with path.open("rb") as file:
        tail = _tail(file)
    position = tail.rfind(END)
    while position >= 0:
        record = tail[position : position + END_SIZE]
        if len(record) == END_SIZE:
            entries, directory, _, comment = struct.unpack("<HIIH", record[10:])
            if position + END_SIZE + comment == len(tail):
                return entries, directory
        position = tail.rfind(END, 0, position)
    return None


def _tail(file: BinaryIO) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - END_SIZE - 0xFFFF))
    return file.read()
