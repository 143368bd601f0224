"""Put the host where the engine looks for it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

LAUNCHER_NAME = "pulumi-language-python"
"""The name the engine looks for, on the path and beside its own executable."""

_ENTRY = Path(__file__).resolve().parent / "launch.py"


def install(bin_dir: Path, python: Path) -> Path:
    """Write the launcher into `bin_dir`, the folder of the ``pulumi`` executable; its path.

    The launcher runs this repository's host with `python`, whatever the working directory and the
    environment are, and changes neither for the programs that the host starts. Installing again
    replaces it in one step.

    Raises:
        OSError: `bin_dir` cannot be written to.
    """
    bin_dir.mkdir(parents=True, exist_ok=True)
    launcher = bin_dir / LAUNCHER_NAME
    content = launcher_script(python.absolute())
    if launcher.is_file() and launcher.read_text() == content and os.access(launcher, os.X_OK):
        return launcher
    partial = bin_dir / f".{LAUNCHER_NAME}.{os.getpid()}"
    partial.write_text(content)
    partial.chmod(0o755)
    partial.replace(launcher)
    return launcher


def launcher_script(python: Path) -> str:
    """The launcher's text. `exec` keeps the engine the parent of the host."""
    command = shlex.join([str(python), "-I", str(_ENTRY)])
    return f'#!/bin/sh\nexec {command} "$@"\n'
