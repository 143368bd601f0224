"""Containers that tests start, each with a name of its own, and how to wait for them."""

import io
import secrets
import tarfile
import time
from collections.abc import Callable

import docker
from docker.models.containers import Container

PATIENCE = 90.0
"""Seconds after which something that should happen is taken not to happen."""


def unique_name() -> str:
    """Return a name that no other test has."""
    return f"lftest-{secrets.token_hex(4)}"


def eventually(what: str, is_so: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Return as soon as ``is_so``; fails when it is not within ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {patience:.0f} s")
        time.sleep(0.1)


def published_port(container: Container, internal: int) -> int:
    """Return the port of 127.0.0.1 behind which the container's port is."""
    container.reload()
    return int(container.ports[f"{internal}/tcp"][0]["HostPort"])


def logs(container: Container) -> str:
    """Return what the container wrote."""
    return container.logs().decode()


def put_file(container: Container, path: str, content: str) -> None:
    """Write a file into a container that is created but not started."""
    data = content.encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo(path.lstrip("/"))
        entry.size, entry.mode = len(data), 0o644
        tar.addfile(entry, io.BytesIO(data))
    assert container.put_archive("/", archive.getvalue())


class Containers:
    """Starts containers on one network and removes all of it at the end."""

    def __init__(self, client: docker.DockerClient) -> None:
        self.client = client
        self.network = client.networks.create(unique_name())
        self._started: list[Container] = []

    def create(self, image: str, port: int, alias: str | None = None, **options) -> Container:
        """Create a container whose ``port`` is published on a free port of 127.0.0.1."""
        container = self.client.containers.create(
            image,
            name=unique_name(),
            init=True,
            ports={f"{port}/tcp": ("127.0.0.1", None)},
            **{"network": self.network.name, **options},
        )
        self._started.append(container)
        if alias:
            self.network.disconnect(container)
            self.network.connect(container, aliases=[alias])
        return container

    def start(self, image: str, port: int, alias: str | None = None, **options) -> Container:
        """Create and start a container."""
        container = self.create(image, port, alias, **options)
        container.start()
        return container

    def remove(self, container: Container) -> None:
        """Remove one container with its anonymous volumes."""
        self._started.remove(container)
        container.remove(force=True, v=True)

    def close(self) -> None:
        """Remove everything that was started."""
        for container in reversed(self._started):
            container.remove(force=True, v=True)
        self.network.remove()
