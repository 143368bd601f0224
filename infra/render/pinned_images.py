"""Holds every image of a locked environment against the lock file, before anything is made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pulumi

from infra.daemon import DaemonError
from infra.images_lock import (
    REFRESH,
    ImageIdentity,
    ImageLockError,
    ImagesLock,
    entry_of,
    locked,
    promised,
)
from infra.spec import Environment, RegistryImage

Ask = Callable[[str], ImageIdentity | None]
"""Asks the daemon what it has under a reference; raises DaemonError when it does not answer."""


@dataclass(frozen=True)
class PinnedImages:
    """What references stand for. Without entries, as in dev, each stands for itself."""

    references: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    identities: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def reference(self, reference: str) -> str:
        """Return what to take the image by: in locked environments with its digest."""
        return self.references.get(reference, reference)

    def identity(self, reference: str) -> str:
        """Return what tells one image of this reference from another, for the names of builds."""
        return self.identities.get(reference, reference)


UNLOCKED = PinnedImages()


def pinned_images(
    spec: Environment, lock: ImagesLock | None, ask: Ask, *, preview: bool
) -> PinnedImages:
    """Return what the images of ``spec`` stand for; None for a lock means that tags are allowed.

    Raises pulumi.RunError with a line for each image that is not what the lock says. A preview
    goes on without a daemon, or before the images are there.
    """
    if lock is None:
        return UNLOCKED
    references: dict[str, str] = {}
    mistakes: list[str] = []
    for reference in registry_references(spec):
        try:
            references[reference] = _checked(reference, lock, ask, preview=preview)
        except (ImageLockError, DaemonError) as error:
            mistakes.append(str(error))
    if mistakes:
        raise pulumi.RunError(_message(spec.name, mistakes))
    return PinnedImages(references, {name: entry_of(name, lock).identity for name in references})


def registry_references(spec: Environment) -> list[str]:
    """Return the references of all images the environment takes or builds on, sorted."""
    images = [service.image for service in spec.services]
    taken = [image if isinstance(image, RegistryImage) else image.base for image in images]
    return sorted({image.reference for image in taken})


def _checked(reference: str, lock: ImagesLock, ask: Ask, *, preview: bool) -> str:
    entry_of(reference, lock)
    try:
        identity = ask(reference)
    except DaemonError:
        if preview:
            return promised(reference, lock)
        raise
    if identity is None and preview:
        return promised(reference, lock)
    return locked(reference, lock, identity)


def _message(environment: str, mistakes: Iterable[str]) -> str:
    lines = "\n".join(f"  {mistake}" for mistake in dict.fromkeys(mistakes))
    return (
        f"{environment} runs only images of its lock file; nothing was changed.\n{lines}\n"
        f"  `make up` renews stand-ins whose recipe has changed. When the image is the one you "
        f"want, `{REFRESH}` records it: look at the change, and commit it."
    )
