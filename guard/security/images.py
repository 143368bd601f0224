"""Which images run, and where they come from."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guard.security.facts import Daemon, Document, Expected, name_of
from guard.security.model import Looking, Section
from infra.conventions import LABEL_IMAGE_ORIGIN

if TYPE_CHECKING:
    from infra.images_lock import ImageIdentity

TITLE: Final = "Images and their origin"


def origins(daemon: Daemon, specs: Mapping[str, Expected], repository: Path) -> Section:
    """Hold the images of LedgerFlow's containers against the lock file of the repository."""
    from infra.images_lock import ImageLockError, locked, read_lock  # noqa: PLC0415 - pydantic

    looking = Looking(TITLE)
    try:
        lock = read_lock(repository)
    except ImageLockError as error:
        looking.unknown.append(str(error))
        return looking.section()
    services = {name: service for e in specs.values() for name, service in e.services.items()}
    is_locked = {
        name: bool(expected.spec.get("images_locked"))
        for expected in specs.values()
        for name in expected.services
    }
    for container in sorted(daemon.containers, key=name_of):
        name = name_of(container)
        if name not in services:
            continue
        image, wanted = daemon.images.get(container["Image"]), services[name]["image"]
        if image is None:
            looking.find(name, "its image was deleted", "make up brings it back")
            continue
        if "repository" in wanted:
            _built(name, image, wanted, looking)
            continue
        looking.facts.append(f"{name}: {wanted['reference']}, {_origin(image)}")
        try:
            locked(wanted["reference"], lock, _identity(image))
        except ImageLockError as error:
            what = " ".join(str(error).split())
            if is_locked[name]:
                looking.find(name, what, "make up brings the locked image; docs/images.md")
            else:
                looking.facts.append(f"{name}: not the locked image, as development may: {what}")
    return looking.section()


def _built(name: str, image: Document, wanted: Document, looking: Looking) -> None:
    tags = [tag for tag in image.get("RepoTags") or () if tag.startswith(wanted["repository"])]
    if tags:
        looking.facts.append(f"{name}: built here as {', '.join(tags)}")
    else:
        way = "make up builds it from this repository"
        looking.find(name, f"its image is not one that was built as {wanted['repository']}", way)


def _origin(image: Document) -> str:
    labels = image["Config"].get("Labels") or {}
    digests = [digest.partition("@")[2] for digest in image.get("RepoDigests") or ()]
    origin = labels.get(LABEL_IMAGE_ORIGIN)
    return f"a stand-in from {origin}" if origin else f"digest {', '.join(digests) or 'unknown'}"


def _identity(image: Document) -> "ImageIdentity":
    from infra.images_lock import (  # noqa: PLC0415
        LABEL_PORTABLE_RECIPE,
        LABEL_RECIPE,
        ImageIdentity,
    )

    labels = image["Config"].get("Labels") or {}
    return ImageIdentity(
        digests=tuple(image.get("RepoDigests") or ()),
        origin=labels.get(LABEL_IMAGE_ORIGIN),
        recipe=labels.get(LABEL_PORTABLE_RECIPE) or labels.get(LABEL_RECIPE),
    )
