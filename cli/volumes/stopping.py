"""Sees to it that nothing uses a volume: the environment goes down, others are named."""

from pathlib import Path

import docker
from docker.models.containers import Container

from cli import down, ui
from cli.errors import UserError
from cli.workspace import Workspace
from infra import conventions
from infra.spec import Environment


def stop_users(
    workspace: Workspace,
    spec: Environment,
    client: docker.DockerClient,
    kind: str,
    config_file: Path | None,
) -> None:
    """Stop the environment, each container with its grace; raise UserError if others remain.

    ``make down`` does it where it can. It refuses while a protected volume is missing or without
    its label, and the containers are then stopped and removed one by one; the next ``make up``
    sees that and puts the state right.
    """
    containers = _own(spec, client)
    if containers:
        if _intact(spec, client):
            if down.down(workspace, spec.name, config_file) != 0:
                raise UserError(f"{spec.name} could not be stopped", f"make down ENV={spec.name}")
        else:
            _remove(spec, containers)
    volume = conventions.volume_name(spec.name, kind)
    using = client.containers.list(all=True, filters={"volume": volume})
    ours = {f"{volume}_server", f"{volume}_copying"}
    names = [str(c.name) for c in using if c.name not in ours]
    if names:
        raise UserError(
            f"volume {volume} is used by {', '.join(names)}", "stop and remove them first"
        )


def _own(spec: Environment, client: docker.DockerClient) -> list[Container]:
    names = {conventions.container_name(spec.name, service.name) for service in spec.services}
    return [c for c in client.containers.list(all=True) if c.name in names]


def _intact(spec: Environment, client: docker.DockerClient) -> bool:
    labels = {v.name: v.attrs.get("Labels") or {} for v in client.volumes.list()}
    names = [conventions.volume_name(spec.name, v.name) for v in spec.volumes if v.protected]
    return all(
        labels.get(name, {}).get(conventions.LABEL_PROTECT) == conventions.PROTECTED
        for name in names
    )


def _remove(spec: Environment, containers: list[Container]) -> None:
    graces = {
        conventions.container_name(spec.name, service.name): service.stop_grace
        for service in spec.services
    }
    for name in reversed(graces):
        for container in containers:
            if container.name == name:
                ui.step(f"Container {name}: stopping")
                container.stop(timeout=graces[name])
                container.remove()
