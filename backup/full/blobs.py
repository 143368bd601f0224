"""Compares rows that stand for files with the files that an archive or a folder holds.

A file is a row's when its name is the row's SHA-256, wherever it lies; it is whole when it has that
sum and the row's size.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from backup.full.archive import MEDIA
from backup.manifest import BlobFiles, Comparison, FullParts, MemberFile
from backup.snapshot.blobs import Row

NAMED: Final = 3
LISTED: Final = 100
"""Differences that a proof lists."""
SUBJECT: Final = "files of rows"


def look_at(rows: Iterable[Row], files: Iterable[MemberFile]) -> BlobFiles:
    """Return which rows have no whole file among the members of an archive."""
    known = by_name(files)
    number = size = 0
    missing: list[str] = []
    damaged: list[str] = []
    for sha256, expected in rows:
        number, size = number + 1, size + expected
        file = known.get(sha256)
        if file is None:
            missing.append(sha256)
        elif (file.sha256, file.size) != (sha256, expected):
            damaged.append(sha256)
    return BlobFiles(
        rows=number, size=size, missing=tuple(sorted(missing)), damaged=tuple(sorted(damaged))
    )


def by_name(files: Iterable[MemberFile]) -> Mapping[str, MemberFile]:
    """Return the media files of an archive by the last part of their paths."""
    return {file.path.rpartition("/")[2]: file for file in files if file.path.startswith(MEDIA)}


def notes(found: BlobFiles) -> list[str]:
    """Say in words what was not whole in the source; nothing when all was."""
    said = []
    if found.missing:
        said.append(f"missing in the source: {some(found.missing)}")
    if found.damaged:
        said.append(f"damaged in the source: {some(found.damaged)}")
    return said


def compare(rows: Iterable[Row], parts: FullParts) -> list[Comparison]:
    """Compare the rows of a restored database with the archive, for a proof.

    What the manifest says was lost in the source already is no difference.
    """
    if parts.blobs is None:
        return []
    found = look_at(rows, parts.files)
    known = parts.blobs.lost
    new = [f"{name} is not in the archive" for name in found.missing if name not in known]
    new += [
        f"{name} is in the archive with another size or sum"
        for name in found.damaged
        if name not in known
    ]
    if (found.rows, found.size) != (parts.blobs.rows, parts.blobs.size):
        new.append(
            f"{found.rows} rows of {found.size} bytes found, "
            f"{parts.blobs.rows} of {parts.blobs.size} expected"
        )
    return [Comparison(subject=SUBJECT, compared=found.rows, differences=tuple(new[:LISTED]))]


def some(names: Iterable[str]) -> str:
    """Name the first of several files, and count the rest."""
    listed = list(names)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    files = "file" if len(listed) == 1 else "files"
    return f"{len(listed)} {files}: {', '.join(listed[:NAMED])}{more}"
