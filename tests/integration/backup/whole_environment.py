"""What a full backup holds beside the database: media and context, and a look at both."""

import json
import random
from pathlib import Path

from backup_runs import Backups

from backup.full.archive import CONTEXT, MEDIA

FILES = {
    "2026/11/ä report.pdf": b"%PDF-1.7 " + bytes(range(256)) * 700,
    "2026/11/empty.txt": b"",
    "avatars/one.png": b"\x89PNG" + random.Random(1).randbytes(40_000),
}
VERSIONS = {"postgres.image": "postgres:17.4", "docker": "20.10"}
CONFIGURATION = "config:\n  ledgerflow:ports:\n    django: 9001\n  ledgerflow:debug: true\n"


def furnish(backups: Backups) -> Backups:
    """Give a test's environment media files, and the context that `make backup` would write."""
    media, context = backups.folder / "media", backups.folder / "context"
    lay(media, FILES)
    lay(
        context,
        {
            "versions.json": json.dumps(VERSIONS).encode(),
            "git.json": b'{"commit": "0123abc"}',
            "stack-config.yaml": CONFIGURATION.encode(),
            "fixtures/core/fixtures/words.json": b"[]",
        },
    )
    backups.more |= {"MEDIA": str(media), "CONTEXT_FOLDER": str(context)}
    return backups


def lay(folder: Path, files: dict[str, bytes]) -> None:
    """Write files under a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def lies(folder: Path) -> dict[str, bytes]:
    """Read every file under a folder."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def media(backups: Backups) -> dict[str, bytes]:
    """Read the media that serve; what a restore has put aside is none."""
    return {p: c for p, c in lies(backups.folder / "media").items() if not p.startswith(".")}


def members(backups: Backups) -> set[str]:
    """Return the paths that the archive must hold beside the dump."""
    context = {f"{CONTEXT}{path}" for path in lies(backups.folder / "context")}
    return context | {f"{MEDIA}{path}" for path in FILES}
