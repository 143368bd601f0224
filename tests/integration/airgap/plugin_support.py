"""What the tests of the docker plugin share: a tiny image, names of their own, and a clean end."""

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import docker
import pytest

from airgap.plugins.docker.intents import Intents
from airgap.plugins.docker.package import DockerPackage
from airgap.plugins.resource import Call, Log, Naming
from tests import apt

LABEL = {"label": "com.ledgerflow.service", "value": "lftest"}
DOCKERFILE = (
    'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\n'
)


def static_busybox(folder: Path) -> Path:
    """Debian's static busybox, fetched with apt, which fetches its lists if it has none."""
    download = ["apt-get", "download", "-o", "APT::Sandbox::User=root", "busybox-static"]
    with apt.alone():
        for command in (download, ["apt-get", "update"], download):
            if list(folder.glob("busybox-static*.deb")):
                break
            answer = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, check=False
            )
    packages = list(folder.glob("busybox-static*.deb"))
    assert packages, f"cannot fetch busybox-static: {answer.stderr}"
    subprocess.run(["dpkg-deb", "-x", packages[0], folder / "root"], check=True)
    return folder / "root" / "bin" / "busybox"


def build_tiny_image(folder: Path, tag: str) -> None:
    """A Linux with a shell in 2 MB."""
    context = folder / "context"
    context.mkdir()
    shutil.copy2(static_busybox(folder), context / "busybox")
    (context / "Dockerfile").write_text(DOCKERFILE)
    client = docker.from_env()
    client.images.build(path=str(context), tag=tag, rm=True)
    client.close()


@dataclass
class World:
    """One test's corner of the daemon: everything in it is named after `prefix`."""

    prefix: str
    image: str
    client: docker.DockerClient
    package: DockerPackage
    messages: list[str] = field(default_factory=list)
    cancelled: Event = field(default_factory=Event)

    def name(self, part: str) -> str:
        return f"{self.prefix}-{part}"

    def resource(self, kind: str):
        return self.package.resources[f"docker:index/{kind[0].lower()}{kind[1:]}:{kind}"]

    @property
    def call(self) -> Call:
        log = Log(self.messages.append, lambda _: None)
        return Call("urn:pulumi:dev::p::t::thing", log, self.cancelled)

    def check(self, kind: str, inputs: dict) -> dict:
        checked = self.resource(kind).check(inputs, {}, Naming(self.name("auto"), b"seed"))
        assert checked.failures == []
        return checked.inputs

    def create(self, kind: str, **inputs: object) -> tuple[str, dict, dict]:
        checked = self.check(kind, inputs)
        identity, state = self.resource(kind).create(self.call, checked)
        return identity, state, checked

    def container(self, **inputs: object) -> tuple[str, dict, dict]:
        defaults = {
            "name": self.name("c"),
            "image": self.image,
            "command": ["sleep", "300"],
            "labels": [LABEL],
        }
        return self.create("Container", **{**defaults, **inputs})

    def inspect(self, container: str) -> dict:
        return self.client.api.inspect_container(container)

    def run(self, container: str, *command: str) -> str:
        """Return a command's standard output; the client would mix in what it warns of."""
        asked = self.client.containers.get(container)
        code, (output, errors) = asked.exec_run(list(command), demux=True)
        assert code == 0, errors
        return (output or b"").decode()

    def clean(self) -> None:
        """Remove what this test made, and nothing else."""
        for container in self.client.containers.list(all=True, filters={"name": self.prefix}):
            container.remove(v=True, force=True)
        for network in self.client.networks.list(names=[self.prefix]):
            network.remove()
        for volume in self.client.volumes.list(filters={"name": self.prefix}):
            volume.remove()
        for image in self.client.api.images():  # the summaries: others may remove images meanwhile
            for tag in image["RepoTags"] or []:
                if tag.startswith(self.prefix):
                    self.client.images.remove(tag)
        self.client.close()


@pytest.fixture(scope="session")
def tiny_image(tmp_path_factory) -> Iterator[str]:
    """The tag of the tiny image; removed at the end."""
    tag = f"lftest-{secrets.token_hex(4)}-tiny:1"
    build_tiny_image(tmp_path_factory.mktemp("tiny"), tag)
    yield tag
    client = docker.from_env()
    client.images.remove(tag)
    client.close()


@pytest.fixture
def world(tiny_image, tmp_path_factory) -> Iterator[World]:
    """A corner of the daemon for one test."""
    intents = Intents(tmp_path_factory.mktemp("intents"), Path("/project"))
    package = DockerPackage(intents)
    corner = World(f"lftest-{secrets.token_hex(4)}", tiny_image, docker.from_env(), package)
    yield corner
    corner.clean()
