"""The command line of a child that ends when the host ends."""

from __future__ import annotations

import os
from pathlib import Path

_TETHERED = Path(__file__).parent / "child" / "tethered.py"


def tethered(python: Path, target: str | Path, *arguments: str) -> list[str | Path]:
    """Arguments that run `target` with `python`, unbuffered, for as long as this process lives.

    `target` is a file, a folder with a ``__main__.py``, or ``-m`` followed by a module's name.
    """
    return [python, "-u", _TETHERED, str(os.getpid()), str(target), *arguments]
