"""Whether the daemon has visibly moved away from the state, so that ``up`` must look first.

Pulumi believes its state until it is told to refresh. Two things are cheap to see and worth it:
a container that is gone or stopped, and an image whose reference now means another image.
"""

from pathlib import Path

import docker
import docker.errors
from docker.models.containers import Container

from infra import conventions
from infra.render.pinned_images import PinnedImages, promised_for
from infra.spec import Environment, RegistryImage, Service

STOPPED = ("created", "exited", "dead", "paused", "removing")


def visible(spec: Environment, repository: Path, client: docker.DockerClient) -> bool:
    """Tell whether a container is missing or stopped, or runs what its reference meant before."""
    pinned = promised_for(spec, repository)
    return any(_drifted(spec, service, pinned, client) for service in spec.services)


def _drifted(
    spec: Environment, service: Service, pinned: PinnedImages, client: docker.DockerClient
) -> bool:
    try:
        container = client.containers.get(conventions.container_name(spec.name, service.name))
    except docker.errors.NotFound:
        return True
    return container.status in STOPPED or _image_moved(service, container, pinned, client)


def _image_moved(
    service: Service, container: Container, pinned: PinnedImages, client: docker.DockerClient
) -> bool:
    if not isinstance(service.image, RegistryImage):
        return False
    reference = service.image.reference
    # a stand-in keeps its plain name, also where the lock has a digest besides its recipe
    for name in (pinned.reference(reference), reference):
        try:
            return bool(container.attrs["Image"] != client.images.get(name).id)
        except docker.errors.ImageNotFound:
            continue
    return True
