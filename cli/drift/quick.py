"""Whether the daemon has visibly moved away from the state, so that ``up`` must look first.

Pulumi believes its state until it is told to refresh. Two things are cheap to see and worth it:
a container that is gone or stopped, and an image whose reference now means another image.
"""

import docker
import docker.errors
from docker.models.containers import Container

from infra import conventions
from infra.spec import Environment, RegistryImage, Service

STOPPED = ("created", "exited", "dead", "paused", "removing")


def visible(spec: Environment, client: docker.DockerClient) -> bool:
    """Tell whether a container is missing or stopped, or runs what its reference meant before."""
    return any(_drifted(spec, service, client) for service in spec.services)


def _drifted(spec: Environment, service: Service, client: docker.DockerClient) -> bool:
    try:
        container = client.containers.get(conventions.container_name(spec.name, service.name))
    except docker.errors.NotFound:
        return True
    return container.status in STOPPED or _image_moved(service, container, client)


def _image_moved(service: Service, container: Container, client: docker.DockerClient) -> bool:
    if not isinstance(service.image, RegistryImage):
        return False
    try:
        current = client.images.get(service.image.reference).id
    except docker.errors.ImageNotFound:
        return True
    return bool(container.attrs["Image"] != current)
