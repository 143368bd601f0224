"""LF007 to LF009: what runs is known by content, and stays when a container goes."""

import re
from collections.abc import Iterator
from typing import Final

from policies import identity
from policies.reading import hides, text
from policies.view import Finding, Hidden, Resource, Surroundings

_CONTENT: Final = re.compile(r"(.+@)?sha256:[0-9a-f]{64}")
_DIGEST: Final = re.compile(r".+@sha256:[0-9a-f]{64}")
_OWN: Final = re.compile(r"ledgerflow-[a-z0-9-]+:[a-z]+-[0-9a-f]{12,64}")
"""Name of an image that the stack builds: its tag ends in the hash of what it is built from."""


def by_content(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF007."""
    image = resource.props.get("image")
    if not hides(image) and not _CONTENT.fullmatch(text(image)):
        yield Finding("image", "it is neither an id nor a digest")


def locked(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF008."""
    if not identity.is_production(resource, around):
        return
    for key in ("name", "imageName"):
        image = resource.props.get(key)
        if isinstance(image, str) and not _is_locked(image, around):
            yield Finding(key, "the image has no digest and is not in images.lock.json")


def kept(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF009."""
    if resource.props.get("keepLocally") not in (True, Hidden.UNKNOWN):
        yield Finding("keepLocally", "the image would be deleted with its resource")
    if resource.props.get("forceRemove") is True:
        yield Finding("forceRemove", "the image would be deleted although it is in use")


def _is_locked(image: str, around: Surroundings) -> bool:
    return bool(_DIGEST.fullmatch(image) or _OWN.fullmatch(image)) or image in around.locked_images
