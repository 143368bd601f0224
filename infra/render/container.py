"""A service as the inputs of a Docker container: a pure function, lists sorted, nothing implied."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_docker as docker

from infra import conventions
from infra.render import health
from infra.spec import (
    LOG_OPTIONS,
    MIB,
    File,
    HealthCheck,
    SecretRef,
    Service,
    SourceMount,
    TmpfsMount,
    VolumeMount,
)


@dataclass(frozen=True)
class Surroundings:
    """What a container refers to: made by other resources, looked up by the spec's names."""

    environment: str
    repository: Path
    networks: Mapping[str, pulumi.Input[str]]
    volumes: Mapping[str, pulumi.Input[str]]
    secret: Callable[[SecretRef], pulumi.Output[str]]
    stack: str | None = None
    """The stack that makes it, where that is not the environment's own."""


def container_arguments(
    service: Service, image_id: pulumi.Input[str], around: Surroundings
) -> docker.ContainerArgs:
    """Return the inputs of the container that runs ``service``.

    Computed inputs that would differ for ever when left out (hostname, user, log driver and the
    like) are all stated.
    """
    lasting = [m for m in service.mounts if not isinstance(m, TmpfsMount)]
    temporary = [m for m in service.mounts if isinstance(m, TmpfsMount)]
    return docker.ContainerArgs(
        name=conventions.container_name(around.environment, service.name),
        image=image_id,
        hostname=service.name,
        command=list(service.command) if service.command else None,
        envs=[f"{name}={value}" for name, value in sorted(service.environment.items())],
        user=service.user,
        working_dir=service.working_directory,
        labels=labels(around.environment, service, around.stack),
        networks_advanced=_networks(service, around),
        network_mode="bridge",
        ports=_ports(service),
        volumes=[_volume(mount, around) for mount in lasting] or None,
        mounts=[_tmpfs(mount) for mount in temporary] or None,
        uploads=[_upload(file, around) for file in service.files] or None,
        healthcheck=healthcheck(service.health),
        wait=True,
        wait_timeout=service.health.patience,
        memory=service.limits.memory_mib,
        memory_swap=service.limits.memory_mib,
        cpus=f"{service.limits.cpus:g}",
        shm_size=service.shared_memory_mib,
        ulimits=_ulimits(service),
        capabilities=docker.ContainerCapabilitiesArgs(
            adds=[f"CAP_{name}" for name in sorted(service.capabilities)], drops=["ALL"]
        ),
        security_opts=["no-new-privileges:true"],
        read_only=service.read_only,
        log_driver="json-file",
        log_opts=LOG_OPTIONS,
        restart="unless-stopped",
        must_run=True,
        init=service.init,
        ipc_mode="private",
        runtime="runc",
        stop_signal=service.stop_signal,
        stop_timeout=service.stop_grace,
        destroy_grace_seconds=service.stop_grace,
        remove_volumes=not service.stateful,
    )


def labels(
    environment: str, service: Service, stack: str | None = None
) -> list[docker.ContainerLabelArgs]:
    """Return the labels that tell whose container it is; nothing in them changes per deploy."""
    values = {
        conventions.LABEL_ENVIRONMENT: environment,
        conventions.LABEL_SERVICE: service.name,
        conventions.LABEL_STACK: stack or environment,
    }
    return [docker.ContainerLabelArgs(label=k, value=v) for k, v in sorted(values.items())]


def healthcheck(check: HealthCheck) -> docker.ContainerHealthcheckArgs:
    """Return the health check with durations as Docker writes them back."""
    return docker.ContainerHealthcheckArgs(
        tests=list(health.command(check)),
        interval=health.go_duration(check.interval),
        timeout=health.go_duration(health.timeout(check)),
        start_period=health.go_duration(check.start_period),
        retries=check.retries,
    )


def _networks(service: Service, around: Surroundings) -> list[docker.ContainerNetworksAdvancedArgs]:
    return [
        docker.ContainerNetworksAdvancedArgs(name=around.networks[name], aliases=[service.name])
        for name in sorted(service.networks)
    ]


def _ports(service: Service) -> list[docker.ContainerPortArgs] | None:
    ports = sorted(service.ports, key=lambda port: port.internal)
    return [
        docker.ContainerPortArgs(
            internal=port.internal, external=port.external, ip=port.ip, protocol="tcp"
        )
        for port in ports
    ] or None


def _ulimits(service: Service) -> list[docker.ContainerUlimitArgs] | None:
    # the plugin has no input for the engine's own limit of processes; root obeys no RLIMIT_NPROC
    if service.as_root:
        return None
    most = service.limits.processes
    return [docker.ContainerUlimitArgs(name="nproc", soft=most, hard=most)]


def _volume(mount: VolumeMount | SourceMount, around: Surroundings) -> docker.ContainerVolumeArgs:
    # False is left out: the plugin reads it back as absent, which would differ for ever
    read_only = True if mount.read_only else None
    if isinstance(mount, SourceMount):
        host_path = str(around.repository / mount.source)
        return docker.ContainerVolumeArgs(
            host_path=host_path, container_path=mount.path, read_only=read_only
        )
    return docker.ContainerVolumeArgs(
        volume_name=around.volumes[mount.volume], container_path=mount.path, read_only=read_only
    )


def _tmpfs(mount: TmpfsMount) -> docker.ContainerMountArgs:
    return docker.ContainerMountArgs(
        type="tmpfs",
        target=mount.path,
        tmpfs_options=docker.ContainerMountTmpfsOptionsArgs(size_bytes=mount.size_mib * MIB),
    )


def _upload(file: File, around: Surroundings) -> docker.ContainerUploadArgs:
    parts = [p if isinstance(p, str) else around.secret(p) for p in file.content]
    content = parts[0] if len(parts) == 1 else pulumi.Output.concat(*parts)
    return docker.ContainerUploadArgs(
        file=file.path,
        content=content,
        permissions=file.permissions,
        owner=str(file.owner),
        group=str(file.owner),
    )
