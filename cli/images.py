"""The images an environment needs: present ones, pulled ones, stand-ins for the rest."""

from collections.abc import Mapping

import docker
import docker.errors

from cli import ui
from cli.errors import UserError
from cli.workspace import cache_folder
from infra import conventions
from infra.spec import Environment, RegistryImage


def references(spec: Environment) -> list[str]:
    """Return the references of every image that the environment takes from a registry."""
    images = [service.image for service in spec.services]
    found = [i if isinstance(i, RegistryImage) else i.base for i in images]
    return sorted({image.reference for image in found})


def ensure(wanted: list[str], client: docker.DockerClient, environ: Mapping[str, str]) -> None:
    """See that the daemon has every wanted image, by pulling it or by building its stand-in.

    Stand-ins that are there are offered to their builder again, which renews those whose recipe
    has changed. Raises UserError when an image can be had neither way.
    """
    stand_ins = []
    for reference in wanted:
        origin = _origin(reference, client)
        if (origin is None and not _pull(reference, client)) or origin:
            stand_ins.append(reference)
    if stand_ins:
        _build(stand_ins, client, environ)


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
