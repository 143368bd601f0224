"""What is checked before anything is created: the disk, and every port that will be published."""

import shutil
import socket
import time
from pathlib import Path

import docker

from cli.errors import UserError
from infra import conventions
from infra.services import postgres
from infra.spec import Environment, Port

GIB = 1024**3
NEEDED_FIRST = 6 * GIB
"""Free space for a first run: tools, images and their builds."""
STARTING_SECONDS = 5.0
NEEDED_LATER = 1 * GIB
"""Free space for a run that finds its images: logs and data must still have room."""


def check_disk(folders: dict[str, Path], needed: int) -> None:
    """Raise UserError when a file system has less than ``needed`` bytes left.

    ``folders`` maps what for to where; a folder that does not exist yet counts as its parent.
    """
    for purpose, folder in folders.items():
        free = shutil.disk_usage(_existing(folder)).free
        if free < needed:
            raise UserError(
                f"{folder} has {free / GIB:.1f} GiB left; {purpose} needs {needed / GIB:.0f} GiB",
                "free some space there, or move it to a larger disk",
            )


def check_ports(
    spec: Environment, client: docker.DockerClient, patience: float = STARTING_SECONDS
) -> None:
    """Raise UserError naming every port that something else holds, and the setting that moves it.

    A port that this environment's own container publishes already is no conflict. One that a cut
    run left half-started is given ``patience`` seconds to be listed as its holder.
    """
    deadline = time.monotonic() + patience
    while taken := _taken(spec, client):
        if time.monotonic() >= deadline or not _exists_any(spec, client):
            break
        time.sleep(0.2)
    if taken:
        setting = next(port.setting for port in spec.published_ports)
        raise UserError(
            f"{len(taken)} of the environment's ports "
            f"{'is' if len(taken) == 1 else 'are'} in use:\n" + "\n".join(taken),
            "stop what holds it, or move the port in "
            f"Pulumi.{spec.name}.yaml (keys as named above, for example ledgerflow:{setting})",
        )


def check_database_volume(spec: Environment, client: docker.DockerClient) -> None:
    """Raise UserError when a container other than the environment's own server runs on its data.

    Two servers on one data directory destroy it: PostgreSQL's own lock file names a process
    number, and numbers of another container mean nothing. An emergency backup and the recreation
    of the volume run such a server.
    """
    volume = conventions.volume_name(spec.name, conventions.DB_VOLUME)
    own = f"/{conventions.container_name(spec.name, postgres.NAME)}"
    running = client.api.containers(filters={"volume": volume, "status": "running"})
    others = sorted(name for c in running for name in c["Names"] if own not in c["Names"])
    if others:
        raise UserError(
            f"{', '.join(name.lstrip('/') for name in others)} runs on the volume {volume}",
            "wait until the emergency backup or the recreation of the volume has ended; two "
            "servers on one volume would destroy the database",
        )


def _taken(spec: Environment, client: docker.DockerClient) -> list[str]:
    holders = _published(client)
    return [
        _describe(port, holders.get((port.external, "tcp")))
        for service in spec.services
        for port in service.ports
        if holders.get((port.external, "tcp"))
        != conventions.container_name(spec.name, service.name)
        and not _free(port)
    ]


def _exists_any(spec: Environment, client: docker.DockerClient) -> bool:
    names = {name for c in client.api.containers(all=True) for name in c["Names"]}
    own = {f"/{conventions.container_name(spec.name, s.name)}" for s in spec.services}
    return bool(names & own)


def _free(port: Port) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.ip, port.external))
        except OSError:
            return False
    return True


def _describe(port: Port, holder: str | None) -> str:
    by = f"by container {holder}" if holder else "by another program"
    return f"  {port.ip}:{port.external} {by}; ledgerflow:{port.setting} moves it"


def _published(client: docker.DockerClient) -> dict[tuple[int, str], str]:
    return {
        (published["PublicPort"], published["Type"]): container["Names"][0].removeprefix("/")
        for container in client.api.containers()
        for published in container["Ports"]
        if "PublicPort" in published
    }


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
