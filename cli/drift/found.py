"""A container, network or volume as the engine describes it, in the words of a view.

Source of the names: the Engine API's inspect answers (https://docs.docker.com/reference/api/engine/).
"""

from collections.abc import Mapping
from typing import Any

from cli.drift import view
from cli.drift.view import Inspect, View
from infra.render.health import go_duration

SECOND = 1_000_000_000
"""Nanoseconds, which the engine counts in."""
SHORT_ID = 12

_CONFIG = {
    "hostname": "Hostname",
    "domain name": "Domainname",
    "user": "User",
    "working directory": "WorkingDir",
    "command": "Cmd",
    "entrypoint": "Entrypoint",
    "terminal": "Tty",
    "open input": "OpenStdin",
    "stop signal": "StopSignal",
    "stop timeout": "StopTimeout",
    "networking disabled": "NetworkDisabled",
}
_HOST = {
    "memory": "Memory",
    "memory and swap": "MemorySwap",
    "memory reservation": "MemoryReservation",
    "shared memory": "ShmSize",
    "cpu shares": "CpuShares",
    "cpu set": "CpusetCpus",
    "cpu quota": "CpuQuota",
    "cpu period": "CpuPeriod",
    "block i/o weight": "BlkioWeight",
    "out-of-memory kill disabled": "OomKillDisable",
    "out-of-memory score": "OomScoreAdj",
    "privileged": "Privileged",
    "read-only root": "ReadonlyRootfs",
    "init": "Init",
    "ipc mode": "IpcMode",
    "pid mode": "PidMode",
    "user namespace": "UsernsMode",
    "host name space": "UTSMode",
    "control group parent": "CgroupParent",
    "runtime": "Runtime",
    "devices": "Devices",
    "device rules": "DeviceCgroupRules",
    "device requests": "DeviceRequests",
    "removed when stopped": "AutoRemove",
    "all ports published": "PublishAllPorts",
    "volumes of others": "VolumesFrom",
    "links": "Links",
    "storage options": "StorageOpt",
}
_HOST_LISTS = {
    "extra groups": "GroupAdd",
    "extra hosts": "ExtraHosts",
    "name servers": "Dns",
    "name server options": "DnsOptions",
    "name search": "DnsSearch",
    "security options": "SecurityOpt",
}


def container_view(
    container: Inspect, image_volumes: Mapping[str, Any], network_ids: Mapping[str, str]
) -> View:
    """Return what inspect says of a container.

    ``image_volumes`` are the paths for which the engine makes an unnamed volume by itself;
    ``network_ids`` are the present networks by name.
    """
    config, host = container["Config"], container["HostConfig"]
    return view.without_blanks(
        {
            view.STATE: _state(container["State"]),
            **{field: config.get(key) for field, key in _CONFIG.items()},
            **{field: host.get(key) for field, key in _HOST.items()},
            **{field: sorted(host.get(key) or []) for field, key in _HOST_LISTS.items()},
            **view.pairs("env", config.get("Env")),
            **view.named("label", config.get("Labels")),
            **view.named("sysctl", host.get("Sysctls")),
            **view.named("tmpfs", host.get("Tmpfs")),
            **_health(config.get("Healthcheck") or {}),
            **_ports(host.get("PortBindings") or {}),
            **_networks(container, network_ids),
            **_mounts(container, image_volumes),
            **_isolation(host),
            **_restart(host.get("RestartPolicy") or {}),
            **_log(host.get("LogConfig") or {}),
        }
    )


def network_view(network: Inspect) -> View:
    """Return what inspect says of a network; its addresses are the engine's own choice."""
    return view.without_blanks(
        {
            "driver": network["Driver"],
            "internal": network["Internal"],
            "attachable": network.get("Attachable"),
            "ingress": network.get("Ingress"),
            "ipv6": network.get("EnableIPv6"),
            **view.named("option", network.get("Options")),
            **view.named("label", network.get("Labels")),
        }
    )


def volume_view(volume: Inspect) -> View:
    """Return what inspect says of a volume."""
    return view.without_blanks(
        {
            "driver": volume["Driver"],
            **view.named("option", volume.get("Options")),
            **view.named("label", volume.get("Labels")),
        }
    )


def _state(state: Inspect) -> str:
    health = (state.get("Health") or {}).get("Status")
    status = str(state["Status"])
    return "unhealthy" if status == "running" and health == "unhealthy" else status


def _health(check: Mapping[str, Any]) -> View:
    return {
        "health test": check.get("Test"),
        "health interval": _duration(check.get("Interval")),
        "health timeout": _duration(check.get("Timeout")),
        "health start period": _duration(check.get("StartPeriod")),
        "health start interval": _duration(check.get("StartInterval")),
        "health retries": check.get("Retries"),
    }


def _duration(nanoseconds: int | None) -> str | None:
    if not nanoseconds:
        return None
    seconds, rest = divmod(nanoseconds, SECOND)
    return f"{nanoseconds}ns" if rest else go_duration(seconds)


def _ports(bindings: Mapping[str, list[dict[str, str]] | None]) -> View:
    return {
        f"port {inside}": sorted(
            f"{binding.get('HostIp') or '0.0.0.0'}:{binding.get('HostPort') or 'any'}"  # noqa: S104
            for binding in outside or []
        )
        for inside, outside in bindings.items()
    }


def _networks(container: Inspect, network_ids: Mapping[str, str]) -> View:
    joined = container["NetworkSettings"].get("Networks") or {}
    mode = container["HostConfig"].get("NetworkMode")
    return {
        "network mode": "bridge" if mode == "default" else mode,
        **{
            f"network {name}": _endpoint(container["Id"], place, network_ids.get(name))
            for name, place in joined.items()
        },
    }


def _endpoint(container_id: str, place: Mapping[str, Any], network_id: str | None) -> str:
    joined = place.get("NetworkID")
    if joined and network_id and joined != network_id:
        return "on a network of this name that is gone"
    # the engine adds the container's own short id (until 25.0)
    aliases = [a for a in place.get("Aliases") or [] if a != container_id[:SHORT_ID]]
    return view.endpoint(aliases, (place.get("IPAMConfig") or {}).get("IPv4Address", ""))


def _mounts(container: Inspect, image_volumes: Mapping[str, Any]) -> View:
    sizes = {
        mount["Target"]: (mount.get("TmpfsOptions") or {}).get("SizeBytes")
        for mount in container["HostConfig"].get("Mounts") or []
        if mount["Type"] == "tmpfs"
    }
    given = {bind.split(":")[1] for bind in container["HostConfig"].get("Binds") or []} | {
        mount["Target"] for mount in container["HostConfig"].get("Mounts") or []
    }
    return {
        f"mount {mount['Destination']}": _mount(mount, sizes)
        for mount in container.get("Mounts") or []
        if mount["Destination"] in given or mount["Destination"] not in image_volumes
    }


def _mount(mount: Mapping[str, Any], sizes: Mapping[str, int | None]) -> str:
    writable = bool(mount.get("RW", True))
    if mount["Type"] == "tmpfs":
        return view.tmpfs_mount(sizes.get(mount["Destination"]))
    if mount["Type"] == "volume":
        return view.volume_mount(mount["Name"], writable=writable)
    return view.folder_mount(mount["Source"], writable=writable)


def _isolation(host: Mapping[str, Any]) -> View:
    return {
        "cpus": host.get("NanoCpus", 0) / SECOND,
        "process limit": max(host.get("PidsLimit") or 0, 0),
        "capabilities added": sorted(map(view.capability, host.get("CapAdd") or [])),
        "capabilities dropped": sorted(map(view.capability, host.get("CapDrop") or [])),
        "ulimits": sorted(
            f"{limit['Name']}={limit['Soft']}:{limit['Hard']}"
            for limit in host.get("Ulimits") or []
        ),
        # the engine masks parts of /proc unless it is told not to
        "system paths unmasked": host.get("MaskedPaths") == [] and not host.get("Privileged"),
    }


def _restart(policy: Mapping[str, Any]) -> View:
    return {
        "restart policy": policy.get("Name"),
        "restart attempts": policy.get("MaximumRetryCount"),
    }


def _log(config: Mapping[str, Any]) -> View:
    return {"log driver": config.get("Type"), **view.named("log option", config.get("Config"))}
