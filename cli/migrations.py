"""Database migrations of an environment whose application does not migrate when it starts.

A development server migrates by itself. Behind gunicorn migrations are a step of their own: the
first ones, into an empty database, come with the first ``make up``; later ones need a verified
backup, because they change what people entrusted to LedgerFlow.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import click
import docker

from cli import engine, environments, ui
from cli.errors import UserError
from cli.options import config_option, environment_argument
from cli.rotation import deployed
from cli.workspace import WORKSPACE
from guard.manage import permit
from infra import conventions
from infra.backup_gate import backup_status
from infra.services import django
from infra.spec import BuiltImage, Environment, Service

MANAGE = ["python", "manage.py"]
MIGRATE = ("migrate", "--noinput")
APPLIED = "[X]"


@click.command("migrate")
@environment_argument
@config_option
def migrate_command(environment: str, config_file: Path | None) -> int:
    """Apply waiting database migrations; needs a verified backup."""
    migrate(environments.load(WORKSPACE, environment, config_file), engine.running())
    return 0


def after_up(spec: Environment, client: docker.DockerClient) -> None:
    """Create the schema of an empty database; say so when later migrations wait."""
    service = _migrated_by_hand(spec)
    if service is None or not _pending(spec, service, client):
        return
    if _first(spec, service, client):
        with ui.working("Database: empty; creating its schema"):
            _run(spec, service, client, *MIGRATE)
    else:
        ui.step(f"Database: migrations are waiting; apply them with make migrate ENV={spec.name}")


def migrate(spec: Environment, client: docker.DockerClient) -> None:
    """Apply waiting migrations; UserError without a verified backup of what they change."""
    service = _migrated_by_hand(spec)
    if service is None:
        raise UserError(
            f"the application of {spec.name} migrates by itself when it starts",
            f"restart it with make up ENV={spec.name}",
        )
    if not _pending(spec, service, client):
        ui.step("Database: no migration is waiting")
        return
    first = _first(spec, service, client)
    variables = {} if first else _permit(spec, service, client)
    with ui.working("Database: applying migrations"):
        _run(spec, service, client, *MIGRATE, variables=variables)


def _permit(spec: Environment, service: Service, client: docker.DockerClient) -> dict[str, str]:
    """Return the variable by which the application's lock lets this one migration through.

    The container sees no archive, so the gate is asked here. Raises UserError without a backup.
    """
    backup = backup_status(spec.name)
    if not backup.verified or backup.id is None:
        raise UserError(
            f"migrations change data, and {backup.reason}",
            f"make backup ENV={spec.name}, then run the command again",
        )
    key = deployed.values(spec, [service], django.SECRET_KEY, client)[service.name]
    given = permit.issue(spec.name, MIGRATE, backup.id, time.time())
    return {permit.VARIABLE: permit.sealed(given, key)}


def _migrated_by_hand(spec: Environment) -> Service | None:
    for service in spec.services:
        if isinstance(service.image, BuiltImage) and service.image.target == "prod":
            return service
    return None


def _pending(spec: Environment, service: Service, client: docker.DockerClient) -> bool:
    code, _ = _execute(spec, service, client, "migrate", "--check")
    return code != 0


def _first(spec: Environment, service: Service, client: docker.DockerClient) -> bool:
    return APPLIED not in _run(spec, service, client, "showmigrations", "--plan")


def _run(
    spec: Environment,
    service: Service,
    client: docker.DockerClient,
    *arguments: str,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> str:
    code, output = _execute(spec, service, client, *arguments, variables=variables)
    if code != 0:
        raise UserError(
            f"manage.py {' '.join(arguments)} failed:\n{output.strip()}",
            f"look into: make logs ENV={spec.name}",
        )
    return output


def _execute(
    spec: Environment,
    service: Service,
    client: docker.DockerClient,
    *arguments: str,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> tuple[int, str]:
    container = client.containers.get(conventions.container_name(spec.name, service.name))
    result = container.exec_run([*MANAGE, *arguments], environment=dict(variables))
    output = result.output if isinstance(result.output, bytes) else b"".join(result.output)
    return int(result.exit_code or 0), output.decode(errors="replace")
