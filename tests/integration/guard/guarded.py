"""What the guarded daemon of the tests holds: a production, a dev, and a stranger's things.

Everything of LedgerFlow's is made through the plugin, by the requests that LedgerFlow makes.
"""

import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import docker

from guard.authz import install
from infra import conventions
from infra.kept_volumes import KEPT, LABEL_KEPT
from tests.integration.guard.own_daemon import IMAGE, OwnDaemon, own_daemon

DATA = "/var/lib/postgresql/data"
KEPT_VOLUME = "ledger_prod_db_data_kept_20260102_030405"
APPLICATION = "ledgerflow-app"
SLEEP = ["sleep", "100000"]


@dataclass
class Guarded:
    """A daemon that obeys the plugin."""

    daemon: OwnDaemon
    markers: dict[Path, str] = field(default_factory=dict)

    @cached_property
    def client(self) -> docker.DockerClient:
        return self.daemon.client()

    @property
    def socket(self) -> Path:
        return self.daemon.socket

    @property
    def environ(self) -> dict[str, str]:
        """Variables with which docker's client talks to this daemon."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("DOCKER")}
        return {**kept, "DOCKER_HOST": self.daemon.host}

    def keep(self, volume: str, *, labels: dict[str, str]) -> None:
        """Make a volume with something in it that nobody can make again."""
        made = self.client.volumes.create(volume, labels=labels)
        marker = Path(made.attrs["Mountpoint"]) / "marker"
        marker.write_text(f"what {volume} holds")
        self.markers[marker] = marker.read_text()

    def state(self) -> dict[str, object]:
        """What must be the same before and after an attack."""
        api = self.client.api
        return {
            "markers": {path: path.read_text() for path in self.markers if path.exists()},
            "volumes": sorted(v["Name"] for v in api.volumes()["Volumes"] or []),
            "containers": sorted(
                (c["Id"], c["Names"][0], c["State"], sorted(c["NetworkSettings"]["Networks"]))
                for c in api.containers(all=True)
            ),
            "images": sorted(i["Id"] for i in api.images()),
            "networks": sorted(n["Name"] for n in api.networks()),
            "started": self.client.containers.get("ledger_prod_postgres").attrs["State"][
                "StartedAt"
            ],
        }


def labels(environment: str, service: str) -> dict[str, str]:
    return {
        conventions.LABEL_ENVIRONMENT: environment,
        conventions.LABEL_SERVICE: service,
        conventions.LABEL_STACK: environment,
    }


@contextmanager
def guarded() -> Iterator[Guarded]:
    """A daemon with the plugin installed, and everything in it."""
    with own_daemon() as daemon:
        install.install(daemon.places)
        world = Guarded(daemon)
        try:
            _furnish(world)
            yield world
        finally:
            with closing(world.client):
                install.remove(daemon.places)
                for container in world.client.containers.list():
                    container.kill()


def _furnish(world: Guarded) -> None:
    for environment in ("prod", "dev"):
        for kind in conventions.PROTECTED_VOLUMES:
            kept = conventions.volume_labels(environment, protected=True)
            world.keep(conventions.volume_name(environment, kind), labels=kept)
    world.keep(KEPT_VOLUME, labels={LABEL_KEPT: KEPT})
    world.keep("labelled", labels={conventions.LABEL_PROTECT: conventions.PROTECTED})
    network = conventions.network_name("prod", conventions.INTERNAL_NETWORK)
    world.client.networks.create(
        network,
        labels={conventions.LABEL_ENVIRONMENT: "prod", conventions.LABEL_STACK: "prod"},
    )
    _database(world, "prod", network)
    _database(world, "dev", "none")
    world.client.containers.create(
        IMAGE,
        SLEEP,
        name="ledger_prod_django_green",
        labels=labels("prod", "django-green"),
        network_mode="none",
    )
    world.client.containers.run(
        IMAGE, SLEEP, name="mine", network_mode="none", init=True, detach=True
    )
    _application_image(world)


def _database(world: Guarded, environment: str, network: str) -> None:
    """Create, upload and start, as Pulumi's plugin does."""
    made = world.client.containers.create(
        IMAGE,
        SLEEP,
        name=conventions.container_name(environment, "postgres"),
        labels=labels(environment, "postgres"),
        network=network,
        volumes={
            conventions.volume_name(environment, conventions.DB_VOLUME): {"bind": DATA, "mode": ""}
        },
        stop_signal="SIGTERM",
        init=True,
    )
    made.put_archive("/", archive("etc/secret", b"a secret of its own"))
    made.start()


def _application_image(world: Guarded) -> None:
    api = world.client.api
    made = api.import_image_from_data(
        archive("etc/version", b"1"),
        repository=APPLICATION,
        tag="1",
        changes=[f'LABEL {conventions.LABEL_IMAGE_ORIGIN}="built from app/"'],
    )
    assert "error" not in made


def archive(name: str, content: bytes) -> bytes:
    """A tar archive with one file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        file.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
