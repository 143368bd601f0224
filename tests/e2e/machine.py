"""A clone of the repository with an environment of its own, driven by the make targets."""

import contextlib
import os
import shutil
import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import docker
import yaml

from infra import conventions
from tests.ports import free_ports

PORTS = {
    "dev": ("django", "postgres", "redis", "adminer", "searxng"),
    "prod": ("public",),
    "staging": ("public",),
}
GENERATED = ("postgres-password", "django-secret-key", "searxng-secret")
"""Secrets that an environment makes for itself where nobody set them."""
MAKE_SECONDS = 900
LARGE = 1 << 20
"""Bytes; a program of that size is linked and not copied."""


def printed(container, *command: str, code: int = 0, asked: int = 1, **options) -> str:
    """Run a command that ends with ``code``; return its standard output, and nothing else.

    Docker's client mixes both streams unless told not to, in whatever order they arrive. And a
    busy engine may end before it has passed on what a short command printed: one that changes
    nothing may be ``asked`` several times until it says something.
    """
    output = b""
    for _ in range(asked):
        ended, (output, errors) = container.exec_run(list(command), demux=True, **options)
        assert ended == code, (command, ended, output, errors)
        if output:
            break
    return (output or b"").decode()


def _take(program: Path, to: Path) -> None:
    if program.stat().st_size > LARGE:
        with contextlib.suppress(OSError):  # another file system
            os.link(program, to)
            return
    shutil.copy2(program, to)


@dataclass
class Clone:
    """A working tree beside the person's own, with the environment ``test-<random>``."""

    path: Path
    like: str = "dev"
    environment: str = field(default_factory=lambda: f"test-{uuid.uuid4().hex[:8]}")
    ports: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        names = PORTS[self.like]
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))

    @classmethod
    def of(cls, repository: Path, path: Path, like: str = "dev") -> "Clone":
        """Copy what git knows of (and what it does not ignore); share tools and packages.

        The environment is configured as the one that it is `like`, but for its ports.
        """
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=repository,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            source = repository / name
            if source.is_file():
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, path / name)
        (path / ".venv").symlink_to(repository / ".venv")
        clone = cls(path, like)
        clone._take_tools(repository / ".ledgerflow")
        clone.configure()
        return clone

    def _take_tools(self, tools: Path) -> None:
        """Have Pulumi without building it, and launchers and plugins of the clone's own.

        Launchers name the clone that they belong to, so shared ones would run another's code.
        """
        own = self.path / ".ledgerflow"
        own.mkdir()
        if (tools / "bin").exists():
            (own / "bin").mkdir()
            for program in (tools / "bin").iterdir():
                _take(program, own / "bin" / program.name)
        if (tools / "pulumi-home" / "plugins").exists():
            (own / "pulumi-home" / "plugins").mkdir(parents=True)

    def configure(self, **changes: object) -> None:
        """Write the environment's stack file: the model's with other ports, and ``changes``."""
        document = yaml.safe_load((self.path / f"Pulumi.{self.like}.yaml").read_text())
        document["config"]["ledgerflow:ports"] = dict(self.ports)
        document["config"].update(changes)
        document.pop("encryptionsalt", None)
        salt = self._salt()
        if salt:
            document["encryptionsalt"] = salt
        self.stack_file.write_text(yaml.safe_dump(document))

    def _salt(self) -> str | None:
        if not self.stack_file.exists():
            return None
        return yaml.safe_load(self.stack_file.read_text()).get("encryptionsalt")

    @property
    def stack_file(self) -> Path:
        return self.path / f"Pulumi.{self.environment}.yaml"

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        """Run make for this environment; nothing is asked, everything is captured."""
        return subprocess.run(
            self.make_command(*arguments),
            cwd=self.path,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=MAKE_SECONDS,
        )

    def make_command(self, *arguments: str) -> list[str]:
        return ["make", "-s", *arguments, f"ENV={self.environment}"]

    def pulumi(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        """Run pulumi as a person does by hand after ``eval "$(make -s env)"``."""
        script = 'eval "$(make -s env)" && exec pulumi "$@"'
        return subprocess.run(
            ["sh", "-c", script, "pulumi", *arguments, "--stack", self.environment],
            cwd=self.path,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=MAKE_SECONDS,
        )

    def container(self, service: str) -> str:
        return conventions.container_name(self.environment, service)

    def volume(self, kind: str) -> str:
        return conventions.volume_name(self.environment, kind)

    def root_certificate(self, client: docker.DockerClient, folder: Path) -> str:
        """Keep the certificate of the environment's own authority, as an operator would fetch it.

        Returns the file's path.
        """
        path = folder / "root.crt"
        caddy = client.containers.get(self.container("caddy"))
        text = printed(caddy, "cat", "/data/caddy/pki/authorities/local/root.crt", asked=3)
        path.write_text(text)
        return str(path)

    def created(self, client: docker.DockerClient) -> list[str]:
        """Return every container, network and volume of this environment on the daemon."""
        prefix = f"{conventions.CONTAINER_PREFIX}_{self.environment}_"
        things = [
            # the list alone: looking at each one fails when it goes away in between
            *(c["Names"][0].lstrip("/") for c in client.api.containers(all=True) if c["Names"]),
            *(n.name for n in client.networks.list()),
            *(v.name for v in client.volumes.list()),
        ]
        return sorted(name for name in things if name.startswith(prefix))

    def identities(self, client: docker.DockerClient) -> dict[str, str]:
        """Return the ids of this environment's containers and networks, by name."""
        prefix = f"{conventions.CONTAINER_PREFIX}_{self.environment}_"
        found = {c["Names"][0].lstrip("/"): c["Id"] for c in client.api.containers(all=True)}
        found |= {n["Name"]: n["Id"] for n in client.api.networks()}
        return {name: identity for name, identity in found.items() if name.startswith(prefix)}

    def remove(self, client: docker.DockerClient) -> None:
        """Remove what this environment left on the daemon: its own names only."""
        prefix = f"{conventions.CONTAINER_PREFIX}_{self.environment}_"
        for container in client.containers.list(all=True, ignore_removed=True):
            if container.name.startswith(prefix):
                container.remove(force=True, v=True)
        for network in client.networks.list():
            if network.name.startswith(prefix):
                network.remove()
        for volume in client.volumes.list():
            if volume.name.startswith(prefix):
                volume.remove()
