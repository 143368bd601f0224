"""Holds every image of a locked environment against the lock file, before anything is made."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from infra.daemon import DaemonError
from infra.images_lock import (
    REFRESH,
    ImageIdentity,
    ImageLockError,
    ImagesLock,
    entry_of,
    locked,
    promised,
    read_lock,
)
from infra.spec import Environment, RegistryImage

REMOVING = "LEDGERFLOW_REMOVING"
"""Variable that ``make down`` sets: what goes away is not held against the lock."""
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


def pinned_for(
    spec: Environment, repository: Path, ask: Ask, *, preview: bool = True
) -> PinnedImages:
    """Return what the images of ``spec`` stand for, by the lock file of the repository.

    A run that removes the environment takes them as they are: a wrong lock must not keep anybody
    from stopping. Raises ImageLockError like ``pinned_images``, and when there is no lock that can
    be used.
    """
    if os.environ.get(REMOVING):
        return UNLOCKED
    return pinned_images(spec, lock_for(spec, repository), ask, preview=preview)


def pinned_images(
    spec: Environment, lock: ImagesLock | None, ask: Ask, *, preview: bool
) -> PinnedImages:
    """Return what the images of ``spec`` stand for; None for a lock means that tags are allowed.

    Raises ImageLockError with a line for each image that is not what the lock says. A preview
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
        raise ImageLockError(_message(spec.name, mistakes))
    return PinnedImages(references, {name: entry_of(name, lock).identity for name in references})


def promised_for(spec: Environment, repository: Path) -> PinnedImages:
    """Return what the images stand for by the lock alone, for what only prints or compares.

    The daemon is not asked. An image without an entry, or all of them without a lock that can be
    used, stand for themselves.
    """
    if not spec.images_locked:
        return UNLOCKED
    try:
        lock = read_lock(repository)
        known = [name for name in registry_references(spec) if name in lock]
        references = {name: promised(name, lock) for name in known}
    except ImageLockError:
        return UNLOCKED
    return PinnedImages(references, {name: lock[name].identity for name in known})


def lock_for(spec: Environment, repository: Path) -> ImagesLock | None:
    """Return the repository's lock for an environment that is locked, else None.

    Raises ImageLockError when there is no lock file that can be used.
    """
    return read_lock(repository) if spec.images_locked else None


def registry_references(spec: Environment) -> list[str]:
    """Return the references of all images the environment takes or builds on, sorted."""
    taken: set[RegistryImage] = set()
    for image in (service.image for service in spec.services):
        taken.update([image] if isinstance(image, RegistryImage) else image.bases.values())
    return sorted(image.reference for image in taken)


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
