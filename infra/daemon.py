"""What the program itself asks the Docker daemon: which labels a volume has, what an image is."""

from collections.abc import Mapping

import docker
import docker.errors

from guard.client import from_env
from infra import conventions
from infra.images_lock import LABEL_PORTABLE_RECIPE, LABEL_RECIPE, ImageIdentity

VolumeLabels = Mapping[str, str] | None
"""The labels of a volume, or None when there is no such volume."""


class DaemonError(Exception):
    """The daemon does not answer."""


def volume_labels(name: str) -> VolumeLabels:
    """Return the labels of the volume called ``name`` on the daemon of the environment.

    Raises DaemonError when the daemon cannot be asked.
    """
    try:
        client = from_env()
        try:
            return dict(client.volumes.get(name).attrs.get("Labels") or {})
        finally:
            client.close()
    except docker.errors.NotFound:
        return None
    except docker.errors.DockerException as error:
        raise DaemonError(f"the Docker daemon does not answer: {error}") from error


def image_identity(reference: str) -> ImageIdentity | None:
    """Return what the daemon has under ``reference``, or None when it has nothing.

    Raises DaemonError when the daemon cannot be asked.
    """
    try:
        client = from_env()
        try:
            image = client.images.get(reference)
        finally:
            client.close()
    except docker.errors.ImageNotFound:
        return None
    except docker.errors.DockerException as error:
        raise DaemonError(f"the Docker daemon does not answer: {error}") from error
    return ImageIdentity(
        digests=tuple(image.attrs.get("RepoDigests") or ()),
        origin=image.labels.get(conventions.LABEL_IMAGE_ORIGIN),
        # a recipe that takes nothing from its machine has one hash, which is in both labels
        recipe=image.labels.get(LABEL_PORTABLE_RECIPE) or image.labels.get(LABEL_RECIPE),
    )
