"""Real containers of the stand-in images, with names of their own, gone after each test."""

import io
import secrets
import tarfile
import time
from collections.abc import Callable, Mapping
from typing import Any

import docker
from docker.errors import NotFound
from docker.models.containers import Container
from docker.models.networks import Network
from docker.models.volumes import Volume

PATIENCE = 60.0
"""Seconds after which something that should have come is not coming any more."""


class Sandbox:
    """Makes containers, volumes and networks, and takes them away again."""

    def __init__(self, client: docker.DockerClient) -> None:
        self.client = client
        self._made: list[Container | Volume | Network] = []

    def name(self) -> str:
        return f"lftest-{secrets.token_hex(4)}"

    def volume(self) -> str:
        made = self.client.volumes.create(self.name())
        self._made.append(made)
        return str(made.name)

    def network(self) -> str:
        made = self.client.networks.create(self.name())
        self._made.append(made)
        return str(made.name)

    def create(
        self,
        image: str,
        command: list[str] | None = None,
        files: Mapping[str, bytes | str] | None = None,
        **options: Any,  # those of the Docker SDK
    ) -> Container:
        """Create a container and put `files` (path to content) into it before it starts."""
        made = self.client.containers.create(image, command, name=self.name(), **options)
        self._made.append(made)
        if files:
            made.put_archive("/", archive(files))
        return made

    def start(self, image: str, *args: Any, **options: Any) -> Container:
        """Create a container and start it."""
        made = self.create(image, *args, **options)
        made.start()
        return made

    def run(self, image: str, *args: Any, **options: Any) -> tuple[int, str]:
        """Run a container to its end; return exit code and output."""
        made = self.start(image, *args, **options)
        code = made.wait(timeout=PATIENCE)["StatusCode"]
        return code, logs(made)

    def remove(self, container: Container) -> None:
        container.remove(v=True, force=True)
        self._made.remove(container)

    def clear(self) -> None:
        while self._made:
            made = self._made.pop()
            try:
                if isinstance(made, Container):
                    made.remove(v=True, force=True)
                else:
                    made.remove()
            except NotFound:
                continue


def archive(files: Mapping[str, bytes | str]) -> bytes:
    """Return a tar file; what ends in ``.x.sh`` is executable."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for path, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(path.lstrip("/"))
            info.size = len(raw)
            info.mode = 0o755 if path.endswith(".x.sh") else 0o644
            tar.addfile(info, io.BytesIO(raw))
    return target.getvalue()


def logs(container: Container) -> str:
    """Return all a container said."""
    return container.logs().decode()


def execute(container: Container, *command: str, **options: Any) -> str:
    """Run a command in a container that must succeed; return its standard output alone."""
    code, (output, errors) = container.exec_run(list(command), demux=True, **options)
    assert code == 0, f"{command} ended with {code}: {errors!r}\n{logs(container)[-2000:]}"
    return (output or b"").decode()


def wait_until(container: Container, condition: Callable[[], bool]) -> None:
    """Wait for a condition; fail with the container's log when it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        container.reload()
        assert container.status == "running", logs(container)[-3000:]
        assert time.monotonic() < deadline, logs(container)[-3000:]
        time.sleep(0.1)


def answers(container: Container, *command: str) -> Callable[[], bool]:
    """Return a condition: the command succeeds in the container."""
    return lambda: container.exec_run(list(command)).exit_code == 0
