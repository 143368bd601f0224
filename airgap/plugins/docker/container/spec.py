"""The request to Docker that makes a container: inputs in, the API's JSON out, nothing run.

Format: the Engine API's `POST /containers/create` (https://docs.docker.com/reference/api/engine/).
"""

from airgap.plugins.docker import labels
from airgap.plugins.docker.container import mounts
from airgap.plugins.docker.durations import to_nanoseconds
from airgap.plugins.values import Properties

MEGABYTE = 1024 * 1024


def create_request(inputs: Properties) -> Properties:
    """The whole request body: the container's config and its `HostConfig`."""
    return {**container_config(inputs), "HostConfig": host_config(inputs)}


def container_config(inputs: Properties) -> Properties:
    """What runs: image, command, environment, health check, labels."""
    config: Properties = {
        "Image": inputs["image"],
        "Hostname": inputs.get("hostname", ""),
        "Domainname": inputs.get("domainname", ""),
        "User": inputs.get("user", ""),
        "WorkingDir": inputs.get("workingDir", ""),
        "Tty": inputs.get("tty", False),
        "OpenStdin": inputs.get("stdinOpen", False),
        "Env": inputs.get("envs"),
        "Cmd": inputs.get("command") or None,
        "Entrypoint": inputs.get("entrypoints") or None,
        "Labels": labels.to_map(inputs.get("labels")),
        "ExposedPorts": {_port_key(port): {} for port in inputs.get("ports", [])},
        "Volumes": mounts.volume_points(inputs),
        "StopSignal": inputs.get("stopSignal", ""),
        "StopTimeout": inputs.get("stopTimeout"),
        "Healthcheck": _healthcheck(inputs.get("healthcheck")),
    }
    return {key: value for key, value in config.items() if value not in (None, {}, "")}


def host_config(inputs: Properties) -> Properties:
    """How it runs: mounts, ports, limits, isolation, restart policy."""
    config: Properties = {
        "NetworkMode": inputs.get("networkMode"),
        "PortBindings": _port_bindings(inputs.get("ports", [])),
        "PublishAllPorts": inputs.get("publishAllPorts", False),
        "RestartPolicy": restart_policy(inputs),
        "AutoRemove": inputs.get("rm", False),
        "Privileged": inputs.get("privileged", False),
        "ReadonlyRootfs": inputs.get("readOnly", False),
        "SecurityOpt": inputs.get("securityOpts"),
        "Binds": mounts.binds(inputs),
        "VolumesFrom": mounts.volumes_from(inputs),
        "Mounts": mounts.mounts(inputs),
        "Tmpfs": inputs.get("tmpfs"),
        "StorageOpt": inputs.get("storageOpts"),
        "Devices": _devices(inputs.get("devices", [])),
        "DeviceCgroupRules": inputs.get("deviceCgroupRules"),
        "LogConfig": {"Type": inputs.get("logDriver", ""), "Config": inputs.get("logOpts") or {}},
        "ExtraHosts": [f"{h['host']}:{h['ip']}" for h in inputs.get("hosts", [])],
        "Dns": inputs.get("dns"),
        "DnsOptions": inputs.get("dnsOpts"),
        "DnsSearch": inputs.get("dnsSearches"),
        "GroupAdd": inputs.get("groupAdds"),
        "Sysctls": inputs.get("sysctls"),
        "Ulimits": _ulimits(inputs.get("ulimits", [])),
        "CapAdd": inputs.get("capabilities", {}).get("adds"),
        "CapDrop": inputs.get("capabilities", {}).get("drops"),
        "Init": inputs.get("init"),
        "Runtime": inputs.get("runtime"),
        "IpcMode": inputs.get("ipcMode"),
        "PidMode": inputs.get("pidMode"),
        "UsernsMode": inputs.get("usernsMode"),
        "CgroupnsMode": inputs.get("cgroupnsMode"),
        "CgroupParent": inputs.get("cgroupParent"),
        **_limits(inputs),
    }
    return {key: value for key, value in config.items() if value not in (None, [], {}, "")}


def restart_policy(inputs: Properties) -> Properties:
    """The restart policy; the engine accepts a retry count for `on-failure` only."""
    return {
        "Name": inputs.get("restart", "no"),
        "MaximumRetryCount": inputs.get("maxRetryCount", 0),
    }


def _limits(inputs: Properties) -> Properties:
    return {
        "Memory": inputs.get("memory", 0) * MEGABYTE,
        "MemorySwap": swap_bytes(inputs.get("memorySwap", 0)),
        "MemoryReservation": inputs.get("memoryReservation", 0) * MEGABYTE,
        "ShmSize": inputs.get("shmSize", 0) * MEGABYTE,
        "CpuShares": inputs.get("cpuShares"),
        "CpusetCpus": inputs.get("cpuSet"),
        "CpuPeriod": inputs.get("cpuPeriod"),
        "CpuQuota": inputs.get("cpuQuota"),
        "NanoCpus": round(float(inputs.get("cpus") or 0) * 1e9),
        "BlkioDeviceReadBps": _throttles(inputs.get("deviceReadBps", [])),
        "BlkioDeviceReadIOps": _throttles(inputs.get("deviceReadIops", [])),
        "BlkioDeviceWriteBps": _throttles(inputs.get("deviceWriteBps", [])),
        "BlkioDeviceWriteIOps": _throttles(inputs.get("deviceWriteIops", [])),
    }


def swap_bytes(megabytes: int) -> int:
    """Memory plus swap in bytes; -1 (unlimited) stays -1."""
    return megabytes * MEGABYTE if megabytes > 0 else megabytes


def _throttles(limits: list[Properties]) -> list[Properties]:
    return [{"Path": limit["path"], "Rate": limit["rate"]} for limit in limits]


def _port_key(port: Properties) -> str:
    return f"{port['internal']}/{port.get('protocol', 'tcp')}"


def _port_bindings(ports: list[Properties]) -> dict[str, list[Properties]]:
    bindings: dict[str, list[Properties]] = {}
    for port in ports:
        external = port.get("external")
        binding = {"HostIp": port.get("ip", ""), "HostPort": str(external) if external else ""}
        bindings.setdefault(_port_key(port), []).append(binding)
    return bindings


def _devices(devices: list[Properties]) -> list[Properties]:
    return [
        {
            "PathOnHost": device["hostPath"],
            "PathInContainer": device.get("containerPath") or device["hostPath"],
            "CgroupPermissions": device.get("permissions") or "rwm",
        }
        for device in devices
    ]


def _ulimits(ulimits: list[Properties]) -> list[Properties]:
    return [{"Name": u["name"], "Soft": u["soft"], "Hard": u["hard"]} for u in ulimits]


def _healthcheck(check: Properties | None) -> Properties | None:
    if check is None:
        return None
    request: Properties = {
        "Test": check.get("tests", []),
        "Interval": to_nanoseconds(check.get("interval")),
        "Timeout": to_nanoseconds(check.get("timeout")),
        "StartPeriod": to_nanoseconds(check.get("startPeriod")),
        "Retries": check.get("retries", 0),
    }
    start_interval = to_nanoseconds(check.get("startInterval"))
    return {**request, "StartInterval": start_interval} if start_interval else request
