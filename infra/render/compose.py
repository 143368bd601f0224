"""The same spec as a file for ``docker compose``: the yardstick for our own start-up time."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from infra import conventions
from infra.render import health
from infra.render.content import image_name
from infra.render.pinned_images import PinnedImages, promised_for
from infra.spec import (
    LOG_OPTIONS,
    MIB,
    BuiltImage,
    Environment,
    File,
    Mount,
    SecretName,
    Service,
    SourceMount,
    TmpfsMount,
)


def compose_yaml(spec: Environment, repository: Path, secrets: Mapping[SecretName, str]) -> str:
    """Return the environment in the Compose file format (https://compose-spec.io).

    ``secrets`` must hold every secret that the services read; KeyError names one that is missing.
    A locked environment's images are named as its lock file has them.
    """
    pinned = promised_for(spec, repository)
    document = {
        "name": f"{conventions.CONTAINER_PREFIX}_{spec.name}_compose",
        "services": {s.name: _service(spec, s, repository, pinned) for s in spec.services},
        "networks": {
            n.name: {
                "name": f"{conventions.network_name(spec.name, n.name)}",
                "internal": n.internal,
            }
            for n in spec.networks
        },
        "volumes": {
            v.name: {"name": conventions.volume_name(spec.name, v.name)} for v in spec.volumes
        },
        "configs": {
            _config_name(service, file): {"content": _escaped(_content(file, secrets))}
            for service in spec.services
            for file in service.files
        },
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def _service(
    spec: Environment, service: Service, repository: Path, pinned: PinnedImages
) -> dict[str, object]:
    rendered: dict[str, object] = {
        "image": _image(service, repository, pinned),
        "container_name": conventions.container_name(spec.name, service.name),
        "hostname": service.name,
        "user": service.user,
        "working_dir": service.working_directory,
        "init": service.init,
        "restart": "unless-stopped",
        "environment": dict(sorted(service.environment.items())),
        "networks": {name: {"aliases": [service.name]} for name in sorted(service.networks)},
        "ports": [f"{p.ip}:{p.external}:{p.internal}" for p in service.ports],
        "volumes": [_mount(mount, repository) for mount in service.mounts],
        "configs": [
            {
                "source": _config_name(service, file),
                "target": file.path,
                # not the file's own owner and mode: compose asks the daemon for the user's name
                "mode": 0o444,
            }
            for file in service.files
        ],
        "healthcheck": {
            "test": list(health.command(service.health)),
            "interval": f"{service.health.interval}s",
            "timeout": f"{health.timeout(service.health)}s",
            "retries": service.health.retries,
            "start_period": f"{service.health.start_period}s",
        },
        "depends_on": {name: {"condition": "service_healthy"} for name in service.after},
        "mem_limit": f"{service.limits.memory_mib}m",
        "memswap_limit": f"{service.limits.memory_mib}m",
        "cpus": service.limits.cpus,
        "ulimits": {} if service.as_root else {"nproc": service.limits.processes},
        "shm_size": f"{service.shared_memory_mib}m",
        "read_only": service.read_only,
        "cap_drop": ["ALL"],
        "cap_add": sorted(service.capabilities),
        "security_opt": ["no-new-privileges:true"],
        "logging": {"driver": "json-file", "options": LOG_OPTIONS},
        "stop_grace_period": f"{service.stop_grace}s",
    }
    if service.command:
        rendered["command"] = list(service.command)
    if service.stop_signal:
        rendered["stop_signal"] = service.stop_signal
    return {key: value for key, value in rendered.items() if value not in ({}, [])}


def _image(service: Service, repository: Path, pinned: PinnedImages) -> str:
    image = service.image
    if isinstance(image, BuiltImage):
        return image_name(image, repository, pinned)
    return pinned.reference(image.reference)


def _mount(mount: Mount, repository: Path) -> dict[str, object]:
    if isinstance(mount, TmpfsMount):
        size = {"size": mount.size_mib * MIB}
        return {"type": "tmpfs", "target": mount.path, "tmpfs": size}
    read_only = {"read_only": True} if mount.read_only else {}
    if isinstance(mount, SourceMount):
        source = str(repository / mount.source)
        return {"type": "bind", "source": source, "target": mount.path, **read_only}
    return {"type": "volume", "source": mount.volume, "target": mount.path, **read_only}


def _config_name(service: Service, file: File) -> str:
    return f"{service.name}-{Path(file.path).name}".replace(".", "-").lower()


def _content(file: File, secrets: Mapping[SecretName, str]) -> str:
    return "".join(p if isinstance(p, str) else secrets[p.name] for p in file.content)


def _escaped(text: str) -> str:
    return text.replace("$", "$$")
