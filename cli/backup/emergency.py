"""A full backup of an environment that is down: of its volumes, by a server of its own image.

The server is reached by the backup's container alone, which shares its network: there is no other.
"""

import os

import docker
import docker.errors

from cli import engine, ui
from cli.backup import container, image, launch
from cli.backup.launch import Target
from cli.errors import UserError
from cli.volumes.scratch import server
from infra import conventions
from infra.backup_settings import stack_name
from infra.services import postgres
from infra.services.backup import MEDIA, Reach, backup_environment
from infra.spec import Service, VolumeMount

STOPPED = ("created", "exited", "dead")
"""States of a container in which Docker does not start it again by itself."""
NOT_ASKED = "not asked for on the loopback of a server without a network"


def run(of: Target, arguments: tuple[str, ...]) -> int:
    """Run ``ledgerflow-backup`` on the volumes of a stopped environment; return its exit code.

    Raises UserError when the database's volume is gone or its server may start at any moment.
    """
    client = engine.ensure(os.environ)
    _require_stopped(of.name, client)
    try:
        launch.write_context(of, client)
    except UserError as error:
        ui.detail(f"left out, as it cannot be read: {error}")
    spec = backup_environment(of.settings, of.own, of.host, arguments, Reach.READS)
    built = image.ensure(client, of.workspace, spec)
    launch.make_scratch_volume(client, of.name)
    volume = conventions.volume_name(of.name, conventions.DB_VOLUME)
    ui.step(f"The database of {of.name} does not run: a server on {volume} for this run")
    with server(client, of.spec, volume) as database:
        given = container.OneOff(
            image=built,
            stack=stack_name(of.name),
            secrets={postgres.PASSWORD: NOT_ASKED},
            beside=str(database.container.id),
        )
        return container.run(client, spec, _alone(spec.services[0], of.name, client), given)


def _require_stopped(environment: str, client: docker.DockerClient) -> None:
    if not _has_volume(client, environment, conventions.DB_VOLUME):
        raise UserError(
            f"the database volume of {environment} is gone: there is nothing to back up",
            f"make backups ENV={environment} lists what there is to restore",
        )
    try:
        found = client.containers.get(conventions.container_name(environment, postgres.NAME))
    except docker.errors.NotFound:
        return
    if found.status not in STOPPED:
        raise UserError(
            f"the database of {environment} is {found.status}, and two servers on one volume "
            "destroy it",
            f"make down ENV={environment}, which keeps all data; then run this again",
        )


def _alone(service: Service, environment: str, client: docker.DockerClient) -> Service:
    """Return the service beside that server, without the media volume where that is gone."""
    variables = {**service.environment, "LEDGERFLOW_BACKUP_HOST": "127.0.0.1"}
    mounts = service.mounts
    if not _has_volume(client, environment, conventions.MEDIA_VOLUME):
        ui.detail("the media volume is gone: the backup goes without media")
        del variables["LEDGERFLOW_BACKUP_MEDIA"]
        mounts = tuple(m for m in mounts if not isinstance(m, VolumeMount) or m.path != MEDIA)
    return service.model_copy(update={"environment": variables, "mounts": mounts})


def _has_volume(client: docker.DockerClient, environment: str, kind: str) -> bool:
    try:
        client.volumes.get(conventions.volume_name(environment, kind))
    except docker.errors.NotFound:
        return False
    return True
