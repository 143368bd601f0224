"""What the audit asks of the daemon and of this program, as plain data."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.conventions import CONTAINER_PREFIX, LABEL_ENVIRONMENT, container_name

Document = Mapping[str, Any]


class FactsError(Exception):
    """Something could not be asked; the message is for people."""


@dataclass(frozen=True)
class Daemon:
    """The daemon's own descriptions, as ``inspect`` gives them."""

    containers: Sequence[Document] = ()
    images: Mapping[str, Document] = field(default_factory=dict)
    """By id."""
    volumes: Sequence[Document] = ()
    info: Document = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """What an environment's spec says, as ``make spec`` prints it."""

    environment: str
    spec: Document

    @property
    def services(self) -> dict[str, Document]:
        """The services by the name of their container."""
        return {
            container_name(self.environment, service["name"]): service
            for service in self.spec["services"]
        }


def daemon() -> Daemon:
    """Ask the daemon; raise FactsError when it does not answer."""
    import docker.errors  # noqa: PLC0415 - nothing else here needs the SDK
    import requests  # noqa: PLC0415

    from guard.client import from_env  # noqa: PLC0415

    try:
        client = from_env()
        try:
            containers = [c.attrs for c in client.containers.list(all=True, ignore_removed=True)]
            images = {image.attrs["Id"]: image.attrs for image in client.images.list(all=True)}
            volumes = [v.attrs for v in client.volumes.list()]
            return Daemon(containers, images, volumes, client.info())
        finally:
            client.close()
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise FactsError(f"the Docker daemon does not answer: {error}") from None


def expected(repository: Path, environment: str) -> Expected:
    """Return the spec of an environment; raise FactsError when its configuration is not usable."""
    command = [sys.executable, "-m", "cli", "spec", environment]
    result = subprocess.run(command, cwd=repository, capture_output=True, text=True)
    if result.returncode != 0:
        raise FactsError(" ".join(result.stderr.split()))
    return Expected(environment, json.loads(result.stdout))


def name_of(container: Document) -> str:
    """Return the container's name without the daemon's slash."""
    return str(container["Name"]).removeprefix("/")


def environment_of(container: Document) -> str:
    """Return the environment by label, else by name; empty for a container that is not ours."""
    labels = container["Config"].get("Labels") or {}
    if labels.get(LABEL_ENVIRONMENT):
        return str(labels[LABEL_ENVIRONMENT])
    prefix, _, rest = name_of(container).partition("_")
    return rest.partition("_")[0] if prefix == CONTAINER_PREFIX else ""
