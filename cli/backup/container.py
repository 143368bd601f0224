"""Runs one service of a spec as a container that goes when its program has ended."""

import io
import secrets
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import docker
import docker.errors
from docker.models.containers import Container
from docker.types import LogConfig, Mount

from cli.errors import UserError
from infra import conventions
from infra.spec import (
    LOG_OPTIONS,
    MIB,
    Environment,
    File,
    SecretName,
    Service,
    SourceMount,
    TmpfsMount,
    VolumeMount,
)

LABEL_RUN = f"{conventions.LABEL_PREFIX}.backup.run"
"""On containers of single runs; its value is the environment."""
STRANDED_SECONDS = 600
"""A container that was made and not started for so long belongs to a run that was killed."""


@dataclass(frozen=True)
class OneOff:
    """What a run needs besides the service: the image's id, the stack's name, values of secrets."""

    image: str
    stack: str
    secrets: Mapping[SecretName, str]
    isolated: bool = False
    """Without any network."""
    beside: str = ""
    """Id of the container whose network it has, instead of the environment's."""


def run(client: docker.DockerClient, spec: Environment, service: Service, given: OneOff) -> int:
    """Run the service's command, show what it prints as it prints it; return its exit code."""
    with _created(client, spec, service, given) as container:
        output = container.attach(stream=True, stdout=True, stderr=True, logs=True, demux=True)
        container.start()
        for out, err in output:
            _show(out, err)
        return int(container.wait()["StatusCode"])


def _show(out: bytes | None, err: bytes | None) -> None:
    for stream, data in ((sys.stdout, out), (sys.stderr, err)):
        if data:
            stream.buffer.write(data)
            stream.flush()


@contextmanager
def _created(
    client: docker.DockerClient, spec: Environment, service: Service, given: OneOff
) -> Iterator[Container]:
    remove_ended(client, spec.name)
    try:
        container = client.containers.create(**arguments(spec, service, given))
        try:
            if service.files:
                container.put_archive("/", _archive(service.files, given.secrets))
            for network in [] if given.beside else service.networks[1:]:
                client.networks.get(conventions.network_name(spec.name, network)).connect(container)
            yield container
        finally:
            _remove(container, service.stop_grace)
    except docker.errors.NotFound as error:
        raise UserError(
            f"the backup of {spec.name} cannot start: {error.explanation}",
            f"see that the environment is up: make status ENV={spec.name}",
        ) from None


def arguments(spec: Environment, service: Service, given: OneOff) -> dict[str, Any]:
    """Return a service in the words of the Docker SDK; nothing in it is a secret."""
    return {
        "image": given.image,
        "command": list(service.command) if service.command else None,
        "name": f"{conventions.container_name(spec.name, service.name)}_run_{secrets.token_hex(4)}",
        "labels": {
            conventions.LABEL_ENVIRONMENT: spec.name,
            conventions.LABEL_SERVICE: service.name,
            conventions.LABEL_STACK: given.stack,
            LABEL_RUN: spec.name,
        },
        "environment": dict(service.environment),
        "user": service.user,
        "working_dir": service.working_directory,
        **_network(spec, service, given),
        "mounts": [_mount(spec, mount) for mount in service.mounts],
        "mem_limit": service.limits.memory_mib * MIB,
        "memswap_limit": service.limits.memory_mib * MIB,
        "nano_cpus": int(service.limits.cpus * 1_000_000_000),
        "shm_size": service.shared_memory_mib * MIB,
        "cap_drop": ["ALL"],
        "cap_add": list(service.capabilities),
        "security_opt": ["no-new-privileges:true"],
        "read_only": service.read_only,
        "init": service.init,
        "stop_signal": service.stop_signal,
        "log_config": LogConfig(type=LogConfig.types.JSON, config=LOG_OPTIONS),
        "healthcheck": {"test": ["NONE"]},
    }


def _network(spec: Environment, service: Service, given: OneOff) -> dict[str, str]:
    if given.beside:
        return {"network_mode": f"container:{given.beside}"}
    if given.isolated:
        return {"hostname": service.name, "network_mode": "none"}
    network = conventions.network_name(spec.name, service.networks[0])
    return {"hostname": service.name, "network": network}


def remove_ended(client: docker.DockerClient, environment: str) -> None:
    """Remove the containers of runs that ended when nobody was there to remove them.

    Also those that were made and never started, once nobody can be about to start them.
    """
    filters: dict[str, Any] = {
        "label": f"{LABEL_RUN}={environment}",
        "status": ["created", "exited", "dead"],
    }
    found: list[dict[str, Any]] = client.api.containers(all=True, filters=filters)
    for container in found:
        if (
            container["State"] == "created"
            and time.time() - container["Created"] < STRANDED_SECONDS
        ):
            continue
        with suppress(docker.errors.APIError):  # another run removes it
            client.api.remove_container(container["Id"], v=True)


def _remove(container: Container, grace: int) -> None:
    with suppress(docker.errors.NotFound):
        container.stop(timeout=grace)
        container.remove(force=True, v=True)


def _mount(spec: Environment, mount: VolumeMount | SourceMount | TmpfsMount) -> Mount:
    if isinstance(mount, TmpfsMount):
        return Mount(mount.path, None, type="tmpfs", tmpfs_size=mount.size_mib * MIB)
    if isinstance(mount, SourceMount):
        return Mount(mount.path, mount.source, type="bind", read_only=mount.read_only)
    name = conventions.volume_name(spec.name, mount.volume)
    return Mount(mount.path, name, type="volume", read_only=mount.read_only)


def _archive(files: tuple[File, ...], values: Mapping[SecretName, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for file in files:
            text = "".join(p if isinstance(p, str) else values[p.name] for p in file.content)
            entry = tarfile.TarInfo(file.path.lstrip("/"))
            entry.size, entry.mode = len(text.encode()), int(file.permissions, 8)
            entry.uid = entry.gid = file.owner
            tar.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()
