"""A pretend daemon that has exactly what the development environment should be.

What a container looks like is made by the fall-back plugin's own request builder, not by the code
under test, so that a field which both sides get wrong alike is still a difference here.
"""

import copy
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from airgap.plugins.docker.container import spec as engine
from cli.drift import check, expected
from cli.drift.check import Comparison
from cli.drift.recorded import Recorded, Resource
from cli.drift.snapshot import Snapshot
from infra import conventions
from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings
from infra.spec import Environment, SecretRef, Service

CANARY = "canary-4f1d9c-value"
IMAGE_CONFIG = {
    "Env": ["PATH=/usr/local/bin:/usr/bin", "LANG=C.UTF-8"],
    "Labels": {"com.ledgerflow.image.origin": "stand-in"},
    "Cmd": ["serve"],
    "Entrypoint": ["docker-entrypoint"],
    "StopSignal": "SIGTERM",
    "Volumes": None,
}


def identity(kind: str, name: str) -> str:
    """Return 64 hex digits as the engine's ids are."""
    return hashlib.sha256(f"{kind} {name}".encode()).hexdigest()


@dataclass
class World:
    """The environment, what the state says of it, and a daemon that tests doctor."""

    spec: Environment
    repository: Path
    recorded: Recorded
    snapshot: Snapshot

    def name(self, service: str) -> str:
        return conventions.container_name(self.spec.name, service)

    def container(self, service: str) -> dict:
        return self.snapshot.containers[self.name(service)]

    def comparison(self) -> Comparison:
        return Comparison(self.spec, self.repository, self.recorded, self.snapshot)

    def differences(self):
        return self.comparison().differences()


@pytest.fixture
def world(repository) -> World:
    """A fresh world for each test; nothing in it differs."""
    config = from_file(repository / "Pulumi.dev.yaml")
    spec = environment(Settings.parse("dev", config))
    containers = {
        conventions.container_name("dev", s.name): _container(spec, s, repository)
        for s in spec.services
    }
    networks = {conventions.network_name("dev", n.name): n for n in spec.networks}
    references = check.image_references(spec, repository)
    snapshot = Snapshot(
        containers=containers,
        networks={name: _network(name, n.internal, containers) for name, n in networks.items()},
        volumes={
            conventions.volume_name("dev", v.name): {
                "Name": conventions.volume_name("dev", v.name),
                "Driver": "local",
                "Labels": conventions.volume_labels("dev", protected=v.protected),
                "Options": None,
            }
            for v in spec.volumes
        },
        image_ids={reference: f"sha256:{identity('image', reference)}" for reference in references},
        images={c["Image"]: copy.deepcopy(IMAGE_CONFIG) for c in containers.values()},
        files={conventions.container_name("dev", s.name): _files(s) for s in spec.services},
    )
    recorded = Recorded(
        containers={
            conventions.container_name("dev", s.name): Resource(
                f"urn:pulumi:dev::ledgerflow::docker:index/container:Container::{s.name}",
                identity("container", s.name),
                containers[conventions.container_name("dev", s.name)]["Image"],
                {file.path: SecretStr(_content(file)) for file in s.files},
            )
            for s in spec.services
        },
        networks={name: Resource(f"urn::{name}", identity("network", name)) for name in networks},
    )
    return World(spec, repository, recorded, snapshot)


def _container(spec: Environment, service: Service, repository: Path) -> dict:
    given = _camel(expected.inputs(spec, service, repository))
    image = f"sha256:{identity('image', check.image_reference(service.image, repository))}"
    config = engine.container_config(given)
    config["Env"] = [*IMAGE_CONFIG["Env"], *(config.get("Env") or [])]
    config["Labels"] = {**IMAGE_CONFIG["Labels"], **config["Labels"]}
    for name in ("Cmd", "Entrypoint", "StopSignal"):
        config.setdefault(name, IMAGE_CONFIG[name])
    host = engine.host_config(given)
    host |= {"PidsLimit": None, "Devices": [], "MaskedPaths": ["/proc/kcore"], "Dns": []}
    own = identity("container", service.name)
    return {
        "Id": own,
        "Name": f"/{given['name']}",
        "Image": image,
        "Config": config,
        "HostConfig": host,
        "State": {"Status": "running", "Health": {"Status": "healthy"}},
        "Mounts": [*map(_bind, host.get("Binds") or []), *map(_tmpfs, host.get("Mounts") or [])],
        "NetworkSettings": {
            "Networks": {
                n["name"]: {
                    "Aliases": [*n["aliases"], own[:12]],
                    "NetworkID": identity("network", n["name"]),
                    "IPAMConfig": {},
                }
                for n in given["networksAdvanced"]
            }
        },
    }


def _bind(bind: str) -> dict:
    source, path, mode = bind.split(":")
    kind = "bind" if source.startswith("/") else "volume"
    mount = {"Type": kind, "Destination": path, "Source": source, "RW": mode == "rw"}
    return {**mount, "Name": source} if kind == "volume" else mount


def _tmpfs(mount: dict) -> dict:
    return {"Type": "tmpfs", "Destination": mount["Target"], "Source": "", "RW": True}


def _network(name: str, internal: bool, containers: dict) -> dict:
    return {
        "Id": identity("network", name),
        "Name": name,
        "Driver": "bridge",
        "Internal": internal,
        "Attachable": False,
        "Ingress": False,
        "EnableIPv6": False,
        "Options": {},
        "Labels": {conventions.LABEL_ENVIRONMENT: "dev", conventions.LABEL_STACK: "dev"},
        "Containers": {
            c["Id"]: {"Name": container}
            for container, c in containers.items()
            if name in c["NetworkSettings"]["Networks"]
        },
    }


def _content(file) -> str:
    return "".join(CANARY if isinstance(part, SecretRef) else part for part in file.content)


def _files(service: Service) -> dict:
    view = {}
    for file in service.files:
        digest = hashlib.sha256(_content(file).encode()).hexdigest()[:12]
        view[f"file {file.path} permissions"] = file.permissions
        view[f"file {file.path} owner"] = f"{file.owner}:{file.owner}"
        view[f"file {file.path} content"] = f"sha256:{digest}"
    return view


def _camel(value):
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {re.sub(r"_([a-z])", lambda m: m[1].upper(), k): _camel(v) for k, v in value.items()}
