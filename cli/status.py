"""``make status``: what runs of an environment, asked of the daemon."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import docker
import docker.errors

from cli import engine, environments, ui
from cli.errors import EXIT_ERROR
from cli.options import config_option, environment_argument, json_option
from cli.workspace import WORKSPACE
from infra import conventions
from infra.spec import Environment, RegistryImage, Service

HEALTHY = "healthy"
OFFICIAL = "official"


@dataclass(frozen=True)
class ServiceStatus:
    """One service: its container's state, where it is reached, and where its image is from."""

    service: str
    state: str
    address: str
    image: str
    origin: str


@click.command("status")
@environment_argument
@config_option
@json_option
def status_command(environment: str, config_file: Path | None, as_json: bool) -> int:
    """Show each service's health, address and image; exit code 1 unless all are healthy."""
    spec = environments.load(WORKSPACE, environment, config_file)
    statuses = services(spec, engine.running())
    click.echo(json.dumps(as_data(statuses), indent=2) if as_json else as_table(statuses))
    return 0 if all(status.state == HEALTHY for status in statuses) else EXIT_ERROR


def services(spec: Environment, client: docker.DockerClient) -> list[ServiceStatus]:
    """Return the status of every service of the environment, in starting order."""
    return [_status(spec, service, client) for service in spec.services]


def as_table(statuses: list[ServiceStatus]) -> str:
    """Return the statuses as a table for people."""
    rows = [("SERVICE", "STATE", "ADDRESS", "IMAGE", "ORIGIN")]
    rows += [(s.service, s.state, s.address, s.image, s.origin) for s in statuses]
    return ui.table(list(rows))


def as_data(statuses: list[ServiceStatus]) -> list[dict[str, str]]:
    """Return the statuses for ``--json``."""
    return [asdict(status) for status in statuses]


def _status(spec: Environment, service: Service, client: docker.DockerClient) -> ServiceStatus:
    addresses = " ".join(_address(port.ip, port.external) for port in service.ports) or "-"
    try:
        container = client.containers.get(conventions.container_name(spec.name, service.name))
    except docker.errors.NotFound:
        return ServiceStatus(service.name, "absent", addresses, "-", "-")
    state = container.attrs["State"]
    health = state.get("Health", {}).get("Status")
    labels = container.attrs["Config"].get("Labels") or {}
    return ServiceStatus(
        service.name,
        health if state["Status"] == "running" and health else state["Status"],
        addresses,
        _image(service, container.attrs["Image"], client),
        labels.get(conventions.LABEL_IMAGE_ORIGIN, OFFICIAL).split(":")[0],
    )


def _image(service: Service, identity: str, client: docker.DockerClient) -> str:
    try:
        tags: list[str] = client.images.get(identity).tags
    except docker.errors.ImageNotFound:
        return identity[7:19]
    if isinstance(service.image, RegistryImage) and service.image.reference in tags:
        return service.image.reference
    return tags[0] if tags else identity[7:19]


def _address(ip: str, port: int) -> str:
    return f"{'*' if ip == '0.0.0.0' else ip}:{port}"  # noqa: S104 - compared, not bound
