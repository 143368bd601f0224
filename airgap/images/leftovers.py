"""Folders that builds work in, and taking away those that killed builds left.

mmdebstrap mounts the machine's own /dev, /proc and /sys below its folder. A removal must never
walk into them, so it unmounts first and stays on one file system.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = ".partial-"


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """Give a new folder in `parent` that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    try:
        yield folder
    finally:
        remove(folder)


def sweep(cache: Path) -> None:
    """Remove the scratch folders of runs that were killed. Call it with the cache's lock held."""
    for leftover in [*cache.glob(f"{PREFIX}*"), *cache.glob(f"*/{PREFIX}*")]:
        remove(leftover)


def remove(folder: Path) -> None:
    """Remove a folder with all it holds, but nothing that is mounted below it."""
    for point in mounts_below(folder, Path("/proc/self/mounts").read_text()):
        subprocess.run(["umount", "--lazy", point], check=False, capture_output=True)
    subprocess.run(["rm", "-rf", "--one-file-system", "--", folder], check=False)


def mounts_below(folder: Path, mounts: str) -> list[str]:
    """Return the mount points below `folder`, the innermost first, given ``/proc/self/mounts``."""
    points = [line.split()[1] for line in mounts.splitlines() if line.count(" ") >= 2]
    return [point for point in reversed(points) if point.startswith(f"{folder}/")]
