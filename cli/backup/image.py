"""The backup's image: built when there is none of its name, which says what it is built from."""

import os
from collections import deque

import docker
import docker.errors
from docker.models.images import Image

from cli import images, ui
from cli.errors import UserError
from cli.workspace import Workspace
from infra.daemon import image_identity
from infra.render.content import image_name
from infra.render.pinned_images import PinnedImages, pinned_for
from infra.spec import BuiltImage, Environment

LAST_LINES = 15


def ensure(client: docker.DockerClient, workspace: Workspace, spec: Environment) -> str:
    """Return the id of the image that the only service of ``spec`` runs; raise UserError."""
    image = spec.services[0].image
    if not isinstance(image, BuiltImage):
        raise TypeError("the backup's image is built here")
    lock = images.lock_of(spec, workspace.repository)
    images.ensure(images.references(spec), client, os.environ, lock)
    images.check(spec, lock)
    pinned = pinned_for(spec, workspace.repository, image_identity, preview=False)
    name = image_name(image, workspace.repository, pinned)
    try:
        found = client.images.get(name)
    except docker.errors.ImageNotFound:
        with ui.working(f"Images: building {name}"):
            found = _build(client, workspace, image, name, pinned)
    return str(found.id)


def _build(
    client: docker.DockerClient,
    workspace: Workspace,
    image: BuiltImage,
    name: str,
    pinned: PinnedImages,
) -> Image:
    arguments = {key: pinned.reference(base.reference) for key, base in image.bases.items()}
    lines: deque[str] = deque(maxlen=LAST_LINES)
    try:
        built, _ = client.images.build(
            path=str(workspace.repository / image.context),
            dockerfile=image.dockerfile,
            target=image.target,
            tag=name,
            buildargs=arguments,
            rm=True,
            forcerm=True,
        )
    except docker.errors.BuildError as error:
        for message in error.build_log:
            lines += str(message.get("stream") or message.get("error") or "").splitlines()
        raise UserError(
            f"image {name} cannot be built: {error.msg}\n    " + "\n    ".join(filter(None, lines)),
            "put right what it says, then run the same command again",
        ) from None
    return built
