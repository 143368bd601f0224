"""The build context: the tar file the daemon builds an image from.

Its content depends on its ingredients alone (no times, no owners), so the daemon's layer cache
recognises what it has seen.
"""

import io
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from airgap.images.machine import Machine
from airgap.images.recipe import Package, Recipe

MACHINE_CERTIFICATES = "machine/ca-certificates.crt"
MACHINE_PIP = "machine/pip.conf"
_ELF = b"\x7fELF"


def write_context(
    target: BinaryIO, recipe: Recipe, archives: Mapping[Package, Path], machine: Machine
) -> None:
    """Write the build context of `recipe` to `target`, packages unpacked."""
    with tarfile.open(fileobj=target, mode="w") as tar:
        for path in recipe.files():
            executable = bool(path.stat().st_mode & 0o100)
            _add(tar, path.relative_to(recipe.folder).as_posix(), path.read_bytes(), executable)
        for package in recipe.packages:
            for name, content, executable in unpacked(package, archives[package]):
                _add(tar, name, content, executable)
        if recipe.trusts_machine:
            _add(tar, MACHINE_CERTIFICATES, machine.certificates, executable=False)
            _add(tar, MACHINE_PIP, machine.pip_settings.encode(), executable=False)


def unpacked(package: Package, archive: Path) -> Iterator[tuple[str, bytes, bool]]:
    """Yield path in the context, content and executability of the members a package gives.

    Programs are executable whatever the archive says: wheels often forget it.
    """
    for name, content, executable in _members(archive):
        for prefix, folder in package.unpack:
            if name == prefix or name.startswith(f"{prefix}/"):
                rest = name.removeprefix(prefix).lstrip("/")
                program = executable or content.startswith(_ELF)
                yield f"{folder}/{rest}" if rest else folder, content, program
                break


def _members(archive: Path) -> Iterator[tuple[str, bytes, bool]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for info in wheel.infolist():
                if not info.is_dir():
                    mode = info.external_attr >> 16
                    yield info.filename, wheel.read(info), bool(mode & 0o100)
        return
    with tarfile.open(archive) as tar:
        for member in tar:  # in its own order: going back in a compressed file is slow
            content = tar.extractfile(member) if member.isfile() else None
            if content is not None:
                yield member.name, content.read(), bool(member.mode & 0o100)


def _add(tar: tarfile.TarFile, name: str, content: bytes, executable: bool) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.mode = 0o755 if executable else 0o644
    tar.addfile(info, io.BytesIO(content))
