"""``make rotate``: give a secret a new value, on live data, and prove that it took hold.

The stack's state or configuration is the truth; everything else follows it. The one thing that
Pulumi does not know, the password that the database keeps of its role, follows by a hook before
each application container is created (:mod:`infra.database_role`). So a rotation that was
interrupted anywhere is gone on with by ``make up`` or by the same command.
"""

import os
from pathlib import Path
from typing import get_args

import docker

from cli import environments, status, ui
from cli import up as up_command
from cli.backup import stack as backup_stack
from cli.deploy import allow
from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.rotation import application, deployed
from cli.rotation.dropping import drop_previous_key
from cli.rotation.renewal import renew
from cli.rotation.rollout import roll_out
from cli.rotation.source import readers, source
from cli.rotation.state import Exported
from cli.rotation.verification import verify
from cli.workspace import Workspace
from infra.services import django, postgres
from infra.spec import Environment, SecretName, Service

EFFECTS: dict[SecretName, str] = {
    "postgres-password": "the application is replaced; the database goes on",
    "django-secret-key": "the application is replaced; what the key has signed stays good",
    "searxng-secret": "the search engine restarts",
    "admin-password": "the application is replaced; the administrator's sessions end",
}


def rotate(
    workspace: Workspace, environment: str, name: SecretName, config_file: Path | None = None
) -> int:
    """Rotate the secret called ``name`` and return the exit code; raise UserError."""
    _check_known(name)
    spec = environments.load(workspace, environment, config_file)
    stack_file = config_file or workspace.stack_file(environment)
    services = [] if name == django.PREVIOUS_SECRET_KEY else readers(spec, name)
    origin = source(stack_file, name) if services else None
    spec, client, pulumi = up_command.prepare(workspace, environment, os.environ, config_file)
    _check_running(spec, services, client, pulumi)
    allow(spec, client, pulumi, changing=True)
    if origin is None:
        return drop_previous_key(workspace, spec, client, pulumi)
    ui.step(f"Secret {name} of {environment}: {EFFECTS[name]}")
    found = deployed.values(spec, services, name, client)
    running = {found.get(service.name) for service in services}
    renewal = renew(pulumi, Exported.of(pulumi), name, origin, running)
    spec = environments.load(workspace, environment, config_file)
    services = readers(spec, name)
    roll_out(spec, client, pulumi, services, renewal.replaced)
    if name == django.ADMIN_PASSWORD:
        application.run(spec, services[0], client, application.APPLY_ADMIN, None)
    ui.step(f"Secret {name} of {environment}: trying the new value, and the old one")
    verify(spec, services, name, renewal.old, client)
    ui.detail(f"{name} is rotated in {', '.join(s.name for s in services)}")
    if name == postgres.PASSWORD:
        backup_stack.follow(workspace, environment, config_file)
    return 0


def _check_known(name: str) -> None:
    known = ", ".join(get_args(SecretName))
    if not name:
        raise UserError("no secret is named", f"name one: make rotate SECRET=<one of {known}>")
    if name not in get_args(SecretName):
        raise UserError(f"there is no secret {name!r}", f"there are {known}")


def _check_running(
    spec: Environment, services: list[Service], client: docker.DockerClient, pulumi: Pulumi
) -> None:
    """Raise UserError where there is no live data: nothing could be proved on it."""
    names = {service.name for service in services or spec.services}
    running = [
        s.service
        for s in status.services(spec, client)
        if s.service in names and s.state in (status.HEALTHY, "starting", "unhealthy")
    ]
    if not running or not pulumi.has_resources():
        raise UserError(
            f"environment {spec.name} is not up",
            f"make up ENV={spec.name}, then run the same command again",
        )
