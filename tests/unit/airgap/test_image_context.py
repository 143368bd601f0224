"""Build contexts: the same bytes for the same ingredients, packages unpacked as pinned."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from airgap.images.context import write_context
from airgap.images.machine import Machine
from airgap.images.recipe import Base, Package, Recipe

pytestmark = pytest.mark.unit

MACHINE = Machine(b"certificates", "[global]\n", (), {})
WHEEL = Package("pypi", "tool", "1.0", "sha256:0", (("tool/bin/run", "programs/run"),))
TARBALL = Package("npm", "tool", "1.0", "sha512-0", (("package/lib", "lib"),))


@pytest.fixture
def archives(tmp_path: Path) -> dict[Package, Path]:
    wheel, tarball = tmp_path / "tool.whl", tmp_path / "tool.tgz"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tool/bin/run", b"\x7fELF program")
        archive.writestr("tool/bin/running", b"not asked for")
    with tarfile.open(tarball, "w:gz") as archive:
        for name in ("package/lib/z", "package/lib/sub/a", "package/README"):
            info = tarfile.TarInfo(name)
            info.size, info.mode = 1, 0o755 if name.endswith("a") else 0o644
            archive.addfile(info, io.BytesIO(b"x"))
    return {WHEEL: wheel, TARBALL: tarball}


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    folder = tmp_path / "tool"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM x\n")
    (folder / "entrypoint").write_text("#!/bin/sh\n")
    (folder / "entrypoint").chmod(0o755)
    base = Base("trixie", (), (), ())
    return Recipe("tool:1", folder, "1", "x", base, packages=(WHEEL, TARBALL), trusts_machine=True)


def context(recipe: Recipe, archives: dict[Package, Path]) -> io.BytesIO:
    target = io.BytesIO()
    write_context(target, recipe, archives, MACHINE)
    target.seek(0)
    return target


def test_the_context_holds_files_packages_and_the_machines_trust(recipe, archives):
    with tarfile.open(fileobj=context(recipe, archives)) as tar:
        modes = {member.name: member.mode for member in tar}
        certificates = tar.extractfile("machine/ca-certificates.crt")
        assert certificates is not None
        assert certificates.read() == b"certificates"
    assert modes == {
        "Dockerfile": 0o644,
        "entrypoint": 0o755,
        "programs/run": 0o755,  # the wheel forgot it
        "lib/z": 0o644,
        "lib/sub/a": 0o755,
        "machine/ca-certificates.crt": 0o644,
        "machine/pip.conf": 0o644,
    }


def test_the_same_ingredients_give_the_same_bytes(recipe, archives):
    first = context(recipe, archives).getvalue()
    (recipe.folder / "Dockerfile").touch()
    assert context(recipe, archives).getvalue() == first
