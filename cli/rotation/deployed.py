"""The values that running containers have of a secret, read from their files."""

import docker
import docker.errors

from infra import conventions
from infra.database_role import read_file
from infra.spec import Environment, File, SecretName, SecretRef, Service


def values(
    spec: Environment, services: list[Service], name: SecretName, client: docker.DockerClient
) -> dict[str, str]:
    """Return the secret's value by service; a service without a container is left out."""
    found = {}
    for service in services:
        file = next(f for f in service.files if SecretRef(name=name) in f.content)
        try:
            container = client.containers.get(conventions.container_name(spec.name, service.name))
            found[service.name] = value_in(file, read_file(container, file.path), name)
        except docker.errors.NotFound:
            continue
    return found


def holders(
    spec: Environment, services: list[Service], path: str, client: docker.DockerClient
) -> list[str]:
    """Return the names of the services whose container has a file at ``path``."""
    found = []
    for service in services:
        try:
            container = client.containers.get(conventions.container_name(spec.name, service.name))
            container.get_archive(path)
            found.append(service.name)
        except docker.errors.NotFound:
            continue
    return found


def value_in(file: File, text: str, name: SecretName) -> str:
    """Return the part of a rendered file that is the secret: what its neighbours leave."""
    position = file.content.index(SecretRef(name=name))
    before = "".join(p for p in file.content[:position] if isinstance(p, str))
    after = "".join(p for p in file.content[position + 1 :] if isinstance(p, str))
    return text.removeprefix(before).removesuffix(after)
