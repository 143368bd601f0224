"""What the daemon has of an environment, read once; everything after it is pure comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import docker
import docker.errors

from cli.drift.files import found_files
from cli.drift.view import Inspect, View
from infra import conventions
from infra.spec import Environment


@dataclass(frozen=True)
class Snapshot:
    """Inspect answers by name; ``image_ids`` maps references to ids, ``images`` ids to configs."""

    containers: Mapping[str, Inspect]
    networks: Mapping[str, Inspect]
    volumes: Mapping[str, Inspect]
    image_ids: Mapping[str, str]
    images: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, View] = field(default_factory=dict)
    strangers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Labels of containers that are on a network of the environment without being its own."""


def take(client: docker.DockerClient, spec: Environment, references: list[str]) -> Snapshot:
    """Ask the daemon for everything that belongs, or claims to belong, to the environment."""
    containers = _containers(client, spec)
    networks = _networks(client, spec)
    attached = {
        place["Name"]: identity
        for network in networks.values()
        for identity, place in (network.get("Containers") or {}).items()
    }
    return Snapshot(
        containers=containers,
        networks=networks,
        volumes=_volumes(client, spec),
        image_ids=_image_ids(client, references),
        images=_images(client, {c["Image"] for c in containers.values()}),
        files={
            name: found_files(client, containers[name]["Id"], service)
            for service in spec.services
            if (name := conventions.container_name(spec.name, service.name)) in containers
        },
        strangers={
            name: _labels(client, identity)
            for name, identity in attached.items()
            if name not in containers
        },
    )


def _ours(spec: Environment) -> dict[str, str]:
    return {"label": f"{conventions.LABEL_STACK}={spec.name}"}


def _containers(client: docker.DockerClient, spec: Environment) -> dict[str, Inspect]:
    labelled = client.api.containers(all=True, filters=_ours(spec))
    names = {conventions.container_name(spec.name, service.name) for service in spec.services}
    names |= {
        name.removeprefix("/") for c in labelled for name in c["Names"] if name.count("/") < 2
    }
    found = {name: _inspected(client.api.inspect_container, name) for name in sorted(names)}
    return {name: answer for name, answer in found.items() if answer is not None}


def _networks(client: docker.DockerClient, spec: Environment) -> dict[str, Inspect]:
    names = {conventions.network_name(spec.name, network.name) for network in spec.networks}
    names |= {network["Name"] for network in client.api.networks(filters=_ours(spec))}
    found = {name: _inspected(client.api.inspect_network, name) for name in sorted(names)}
    return {name: answer for name, answer in found.items() if answer is not None}


def _volumes(client: docker.DockerClient, spec: Environment) -> dict[str, Inspect]:
    names = {conventions.volume_name(spec.name, volume.name) for volume in spec.volumes}
    names |= {volume["Name"] for volume in client.api.volumes(filters=_ours(spec))["Volumes"] or []}
    found = {name: _inspected(client.api.inspect_volume, name) for name in sorted(names)}
    return {name: answer for name, answer in found.items() if answer is not None}


def _image_ids(client: docker.DockerClient, references: list[str]) -> dict[str, str]:
    found = {name: _inspected(client.api.inspect_image, name) for name in references}
    return {name: str(answer["Id"]) for name, answer in found.items() if answer is not None}


def _images(client: docker.DockerClient, identities: set[str]) -> dict[str, Mapping[str, Any]]:
    found = {name: _inspected(client.api.inspect_image, name) for name in identities}
    return {name: answer["Config"] or {} for name, answer in found.items() if answer is not None}


def _labels(client: docker.DockerClient, container: str) -> dict[str, str]:
    answer = _inspected(client.api.inspect_container, container)
    return dict(answer["Config"].get("Labels") or {}) if answer else {}


def _inspected(ask: Any, name: str) -> Inspect | None:  # noqa: ANN401 - a method of the SDK
    try:
        answer: Inspect = ask(name)
    except docker.errors.NotFound:
        return None
    return answer
