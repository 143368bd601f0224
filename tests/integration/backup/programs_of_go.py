"""Programs that tests run beside LedgerFlow: an S3 server and the `age` program, built from Go.

`go_tools/go.mod` and `go.sum` pin them. They are built once into the cache folder, with the Go of
the machine or one from PyPI, and the next runs find them there.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from airgap.toolchain import compilation, go
from cli.workspace import cache_folder

_SOURCES = Path(__file__).parent / "go_tools"
_COMMANDS = {
    "versitygw": "github.com/versity/versitygw/cmd/versitygw",
    "age": "filippo.io/age/cmd/age",
    "age-keygen": "filippo.io/age/cmd/age-keygen",
}
_LEAST = (1, 24, 0)


def programs_folder() -> Path:
    """Return the folder with the programs, built if they are not there yet."""
    cache = cache_folder(os.environ)
    pins = (_SOURCES / "go.mod").read_bytes() + (_SOURCES / "go.sum").read_bytes()
    folder = cache / f"test-programs-{hashlib.sha256(pins).hexdigest()[:12]}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "test-programs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _build(cache, folder)
    return folder


def _build(cache: Path, folder: Path) -> None:
    found = go.find(_LEAST, os.environ) or go.install(cache, print)
    environment = found.environment(os.environ)
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    command = [found.executable, "build", "-v", "-trimpath", "-buildvcs=false", "-mod=readonly"]
    command += ["-ldflags=-s -w", "-o", f"{partial}/", *_COMMANDS.values()]
    compilation.run(command, _SOURCES, environment, cache / "test-programs.log", print)
    found.forget()
    partial.rename(folder)
