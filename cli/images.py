"""The images an environment needs: present ones, pulled ones, stand-ins for the rest."""

from collections.abc import Mapping
from pathlib import Path

import docker
import docker.errors

from cli import ui
from cli.errors import UserError
from cli.workspace import cache_folder
from infra import conventions
from infra.daemon import image_identity
from infra.images_lock import ImageLockError, ImagesLock, entry_of, promised, read_lock
from infra.render.pinned_images import pinned_images, registry_references
from infra.spec import Environment


def references(spec: Environment) -> list[str]:
    """Return the references of every image that the environment takes from a registry."""
    return registry_references(spec)


def lock_of(spec: Environment, repository: Path) -> ImagesLock | None:
    """Return the lock that a locked environment runs by, None for one that is not locked.

    Raises UserError when the lock file cannot be used or lacks an image. Asks no daemon.
    """
    if not spec.images_locked:
        return None
    try:
        lock = read_lock(repository)
        for reference in references(spec):
            entry_of(reference, lock)
    except ImageLockError as error:
        raise UserError(
            f"{spec.name} runs only images of its lock file: {error}",
            "make images-lock records it; look at the change, and commit it",
        ) from None
    return lock


def ensure(
    wanted: list[str],
    client: docker.DockerClient,
    environ: Mapping[str, str],
    lock: ImagesLock | None = None,
) -> None:
    """See that the daemon has every wanted image, by pulling it or by building its stand-in.

    With a lock, images are pulled by its digests. Stand-ins that are there are offered to their
    builder again, which renews those whose recipe has changed. Raises UserError when an image can
    be had neither way.
    """
    stand_ins = [name for name in wanted if _needs_stand_in(name, lock, client)]
    if stand_ins:
        _build(stand_ins, client, environ)


def check(spec: Environment, lock: ImagesLock | None) -> None:
    """Raise UserError naming every image on the daemon that is not the locked one."""
    try:
        pinned_images(spec, lock, image_identity, preview=False)
    except ImageLockError as error:
        what, _, remedy = str(error).rpartition("\n")
        raise UserError(what, remedy.strip()) from None


def _needs_stand_in(reference: str, lock: ImagesLock | None, client: docker.DockerClient) -> bool:
    origin = _origin(reference, client)
    if origin:
        return True
    if lock is None:
        return origin is None and not _pull(reference, client)
    if lock[reference].digest is None:
        return origin is None
    wanted = promised(reference, lock)
    return _origin(wanted, client) is None and not _pull(wanted, client)


def _origin(reference: str, client: docker.DockerClient) -> str | None:
    """Return the origin label, empty for an official image; None when there is no such image."""
    try:
        image = client.images.get(reference)
    except docker.errors.ImageNotFound:
        return None
    return str(image.labels.get(conventions.LABEL_IMAGE_ORIGIN, ""))


def _pull(reference: str, client: docker.DockerClient) -> bool:
    try:
        with ui.working(f"Images: pulling {reference}"):
            client.images.pull(reference)
    except docker.errors.APIError as error:
        ui.detail(f"cannot be pulled ({str(error.explanation).strip()[:120]})")
        return False
    return True


def _build(wanted: list[str], client: docker.DockerClient, environ: Mapping[str, str]) -> None:
    from airgap import images  # noqa: PLC0415 - only on machines that need it

    try:
        images.ensure(wanted, client, cache_folder(environ) / "images", ui.detail)
    except images.ImageError as error:
        raise UserError(error.what, error.remedy) from error
