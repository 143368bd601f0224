"""``make up``: from whatever this machine has to the running environment, step by step.

Each step announces itself, is skipped when it was done before, and can be interrupted and run
again. Nothing is created before the configuration, the disk, the engine and the ports were found
to be in order.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path

import click
import docker

from cli import (
    drift,
    engine,
    env_file,
    environments,
    images,
    migrations,
    parts,
    preflight,
    status,
    synced_folders,
    ui,
)
from cli.backup.launch import after_up
from cli.deploy import deploy
from cli.errors import UserError
from cli.options import config_option, environment_argument
from cli.pulumi import Pulumi
from cli.rotation import traffic
from cli.workspace import WORKSPACE, Workspace, cache_folder
from infra.spec import Environment

SETTLING_SECONDS = 30


@click.command("up")
@environment_argument
@config_option
def up_command(environment: str, config_file: Path | None) -> int:
    """Bring the environment up, setting this machine up first where it is needed."""
    return up(WORKSPACE, environment, config_file)


@click.command("machine")
@environment_argument
@config_option
def machine_command(environment: str, config_file: Path | None) -> int:
    """Set this machine up for the environment, and create nothing of it."""
    spec = environments.load(WORKSPACE, environment, config_file)
    client = prepare_engine(WORKSPACE, spec, os.environ)
    prepare_machine(WORKSPACE, spec, client, os.environ)
    return 0


def prepare(
    workspace: Workspace, name: str, environ: Mapping[str, str], config_file: Path | None = None
) -> tuple[Environment, docker.DockerClient, Pulumi]:
    """Bring the machine to the point where ``pulumi up`` runs; raise UserError where it cannot."""
    spec = environments.load(workspace, name, config_file)
    images.lock_of(spec, workspace.repository)
    synced_folders.check_paths(
        synced_folders.data_paths(spec, workspace.repository, workspace.state)
    )
    env_file.check(workspace, spec)
    client = prepare_engine(workspace, spec, environ)
    preflight.check_ports(spec, client)
    preflight.check_database_volume(spec, client)
    prepare_machine(workspace, spec, client, environ)
    pulumi = Pulumi(workspace, environ, name, config_file)
    pulumi.ensure_stack()
    pulumi.heal()
    return spec, client, pulumi


def prepare_engine(
    workspace: Workspace, spec: Environment, environ: Mapping[str, str]
) -> docker.DockerClient:
    """See that there is room on the disks and a Docker engine; return a client of it."""
    needed = preflight.NEEDED_LATER if workspace.backend.exists() else preflight.NEEDED_FIRST
    folders = {"the state": workspace.state, "the cache": cache_folder(environ)}
    preflight.check_disk(folders, needed)
    client = engine.ensure(environ)
    docker_root = Path(str(client.info()["DockerRootDir"]))
    if docker_root.exists():
        synced_folders.check_paths(synced_folders.daemon_paths(spec, client, docker_root))
        preflight.check_disk({"Docker": docker_root}, needed)
    return client


def prepare_machine(
    workspace: Workspace,
    spec: Environment,
    client: docker.DockerClient,
    environ: Mapping[str, str],
) -> None:
    """See that Pulumi, its plugins and the environment's images are there."""
    parts.ensure_cli(workspace, environ)
    workspace.prepare()
    parts.ensure_plugins(workspace, environ)
    lock = images.lock_of(spec, workspace.repository)
    images.ensure(images.references(spec), client, environ, lock)
    images.check(spec, lock)


def up(workspace: Workspace, name: str, config_file: Path | None = None) -> int:
    """Run the environment and print where it is reached; return the exit code."""
    spec, client, pulumi = prepare(workspace, name, os.environ, config_file)
    arguments = []
    if pulumi.has_resources() and drift.visible(spec, workspace.repository, client):
        ui.step("The daemon has moved away from the state; comparing them first")
        arguments.append("--refresh")
    deploy(spec, client, pulumi, *arguments)
    migrations.after_up(spec, client)
    statuses = _settled(spec, client)
    print(status.as_table(statuses))
    sick = _sick(statuses)
    if sick:
        raise UserError(f"not healthy: {', '.join(sick)}", f"look into: make logs ENV={name}")
    traffic.as_configured(spec, client)  # a rotation that was killed may have left it elsewhere
    after_up(workspace, name, client, config_file)
    return 0


def _settled(spec: Environment, client: docker.DockerClient) -> list[status.ServiceStatus]:
    """Return every service's status once all are healthy, or what it is after a while.

    Who had to do without the database while it was replaced is healthy at its next check only.
    """
    deadline = time.monotonic() + SETTLING_SECONDS
    while _sick(found := status.services(spec, client)) and time.monotonic() < deadline:
        time.sleep(1)
    return found


def _sick(statuses: list[status.ServiceStatus]) -> list[str]:
    return [s.service for s in statuses if s.state != status.HEALTHY]
