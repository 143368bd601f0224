"""Dropping the previous signing key: what it signed ends now."""

from typing import Final

import docker

from cli import environments, ui
from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.rotation import configured, deployed
from cli.rotation.rollout import roll_out
from cli.workspace import Workspace
from infra.services import django
from infra.services.common import secret_file
from infra.spec import BuiltImage, Environment

NAME: Final = django.PREVIOUS_SECRET_KEY


def drop_previous_key(
    workspace: Workspace, spec: Environment, client: docker.DockerClient, pulumi: Pulumi
) -> int:
    """Take the previous key out of the configuration and of the slots. Raises UserError."""
    used = any(f.path == secret_file(NAME).path for s in spec.services for f in s.files)
    if not used and not _held(spec, client):
        raise UserError(
            f"{spec.name} has no {NAME}: there is nothing to drop",
            f"a rotation makes one: make rotate ENV={spec.name} SECRET={django.SECRET_KEY}",
        )
    ui.step(f"Secret {NAME} of {spec.name} is dropped: what it signed ends")
    if used:
        configured.remove(pulumi, NAME)
    spec = environments.load(workspace, spec.name, pulumi.config_file)
    roll_out(spec, client, pulumi, spec.services)
    holding = _held(spec, client)
    if holding:
        raise UserError(
            f"{', '.join(holding)} still has {NAME}",
            f"run it again: make rotate ENV={spec.name} SECRET={NAME}",
        )
    ui.detail(f"{NAME} is dropped")
    return 0


def _held(spec: Environment, client: docker.DockerClient) -> list[str]:
    """Return the services of the application whose containers have the key."""
    services = [s for s in spec.services if isinstance(s.image, BuiltImage)]
    return deployed.holders(spec, services, secret_file(NAME).path, client)
