"""``make rotate``: give a secret a new value, on live data, and prove that it took hold.

The stack's state or configuration is the truth; everything else follows it. The one thing that
Pulumi does not know, the password that the database keeps of its role, follows by a hook before
each application container is created (:mod:`infra.database_role`). So a rotation that was
interrupted anywhere is gone on with by ``make up``, and run again it begins anew.
"""

import os
from pathlib import Path

import docker

from cli import status, ui
from cli import up as up_command
from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.rotation import application, deployed
from cli.rotation.renewal import renew
from cli.rotation.source import readers, source
from cli.rotation.verification import verify
from cli.workspace import Workspace
from infra.services import django
from infra.spec import Environment, SecretName, Service

EFFECTS: dict[SecretName, str] = {
    "postgres-password": "the database and the application restart; no accepted write is lost",
    "django-secret-key": "the application restarts; everybody has to sign in again",
    "searxng-secret": "the search engine restarts",
    "admin-password": "the application restarts; the administrator's sessions end",
}


def rotate(
    workspace: Workspace, environment: str, name: SecretName, config_file: Path | None = None
) -> int:
    """Rotate the secret called ``name`` and return the exit code; raise UserError."""
    spec, client, pulumi = up_command.prepare(workspace, environment, os.environ, config_file)
    services = readers(spec, name)
    origin = source(config_file or workspace.stack_file(environment), name)
    if not pulumi.has_resources():
        raise UserError(f"environment {environment} is not up", f"make up ENV={environment}")
    ui.step(f"Secret {name} of {environment}: {EFFECTS[name]}")
    before = deployed.values(spec, services, name, client)
    _deploy(spec, pulumi, client, renew(pulumi, name, origin))
    if name == django.ADMIN_PASSWORD:
        for service in services[:1]:
            application.run(spec, service, client, application.APPLY_ADMIN, None)
    _check(spec, services, name, before, client)
    return 0


def _deploy(
    spec: Environment, pulumi: Pulumi, client: docker.DockerClient, arguments: list[str]
) -> None:
    code = pulumi.run("up", "--yes", "--skip-preview", *arguments)
    if code != 0:
        raise UserError(
            f"pulumi up ended with exit code {code}",
            f"put right what its message names; make up ENV={spec.name} then goes on with it",
        )
    statuses = status.services(spec, client)
    sick = [s.service for s in statuses if s.state != status.HEALTHY]
    if sick:
        raise UserError(f"not healthy: {', '.join(sick)}", f"look into: make logs ENV={spec.name}")


def _check(
    spec: Environment,
    services: list[Service],
    name: SecretName,
    before: dict[str, str],
    client: docker.DockerClient,
) -> None:
    ui.step(f"Secret {name} of {spec.name}: trying the new value, and the old one")
    verify(spec, services, name, before, client)
    ui.detail(f"{name} is rotated in {', '.join(s.name for s in services)}")
