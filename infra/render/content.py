"""The identity of a built image, which is in its name: a hash over what its build can see."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from docker.utils.build import exclude_paths

from infra.render.pinned_images import UNLOCKED, PinnedImages
from infra.spec import BuiltImage


def image_name(image: BuiltImage, repository: Path, pinned: PinnedImages = UNLOCKED) -> str:
    """Return the name of a built image, which carries the hash of what it is built from.

    In a locked environment that is also what the lock says of its base, so a renewed base
    renames the image. Where tags are allowed it is the base's reference alone.
    """
    bases = (pinned.identity(base.reference) for base in image.bases.values())
    identity = content_hash(
        repository / image.context,
        image.target,
        *bases,
        parts=image.parts,
        dockerfile=image.dockerfile,
    )
    return f"{image.repository}:{image.target}-{identity}"


def content_hash(
    folder: Path, *parameters: str, parts: Sequence[str] = (), dockerfile: str = "Dockerfile"
) -> str:
    """Return 12 hex digits over the files of ``folder`` (``.dockerignore`` obeyed).

    The Dockerfile counts even where it is ignored, as it does not come into the image.

    Names, executable bits and bytes count; times and owners do not. ``parameters`` are what else
    makes the build differ, such as its target and its base image. With ``parts`` only what lies
    in these of the folder's own entries counts: two images may share a context.
    """
    digest = hashlib.sha256("\0".join(parameters).encode())
    for name in sorted(exclude_paths(str(folder), _ignored(folder), dockerfile)):
        if parts and Path(name).parts[0] not in parts:
            continue
        path = folder / name
        if path.is_symlink():
            digest.update(f"\0link {name}\0{path.readlink()}".encode())
        elif path.is_file():
            executable = bool(path.stat().st_mode & 0o111)
            digest.update(f"\0file {name}\0{executable}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _ignored(folder: Path) -> list[str]:
    ignore = folder / ".dockerignore"
    if not ignore.is_file():
        return []
    lines = (line.strip() for line in ignore.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]
