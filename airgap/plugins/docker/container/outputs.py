"""A container's outputs, in the shape in which the official plugin keeps them in the state.

What Docker can tell comes from `docker inspect`; the rest (environment, labels, volumes, networks,
uploads and what only concerns the plugin) is carried over from the inputs, as the official plugin
does: the image's own environment and labels are mixed into what Docker reports.
"""

from airgap.plugins.docker.container.spec import MEGABYTE
from airgap.plugins.docker.durations import from_nanoseconds
from airgap.plugins.values import Properties, Value, without_defaults

META = (
    '{"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":1200000000000,"delete":1200000000000,'
    '"update":1200000000000},"schema_version":"2"}'
)
_CARRIED = (
    "attach",
    "containerReadRefreshTimeoutMilliseconds",
    "cgroupParent",
    "cgroupnsMode",
    "cpuPeriod",
    "cpuQuota",
    "cpus",
    "destroyGraceSeconds",
    "envs",
    "labels",
    "logs",
    "removeVolumes",
    "start",
    "storageOpts",
    "wait",
    "waitTimeout",
)
_BLOCKS: dict[str, Properties] = {
    "networksAdvanced": {
        "aliases": [],
        "driverOpts": [],
        "gwPriority": None,
        "ipv4Address": "",
        "ipv6Address": "",
        "linkLocalIps": [],
        "macAddress": "",
    },
    "uploads": {
        "content": "",
        "contentBase64": "",
        "executable": False,
        "permissions": "",
        "source": "",
        "sourceHash": "",
    },
    "volumes": {
        "containerPath": "",
        "fromContainer": "",
        "hostPath": "",
        "readOnly": None,
        "selinuxRelabel": "",
        "volumeName": "",
    },
}


def outputs(inspect: Properties, inputs: Properties) -> Properties:
    """The state of a container: `inspect` from the daemon, `inputs` as last applied."""
    given = without_defaults(inputs)
    return {
        "__meta": META,
        "id": inspect["Id"],
        **{name: given.get(name) for name in _CARRIED},
        **{name: _blocks(given.get(name), empty) for name, empty in _BLOCKS.items()},
        "attach": given.get("attach", False),
        "logs": given.get("logs", False),
        "containerLogs": None,
        "deviceRequests": [],
        "gpus": None,
        **_from_config(inspect, given),
        **_from_host_config(inspect["HostConfig"], given),
        **_limits(inspect["HostConfig"], given),
        **_from_state(inspect, given),
    }


def _blocks(items: list[Properties] | None, empty: Properties) -> list[Properties] | None:
    return None if items is None else [{**empty, **item} for item in items]


def _from_config(inspect: Properties, given: Properties) -> Properties:
    config = inspect["Config"]
    return {
        "name": inspect["Name"].lstrip("/"),
        "image": _image(inspect, given),
        "platform": given.get("platform") or inspect.get("Platform", ""),
        "hostname": config["Hostname"],
        "domainname": config["Domainname"],
        "command": config.get("Cmd") or [],
        "entrypoints": config.get("Entrypoint") or [],
        "user": config.get("User", ""),
        "workingDir": config.get("WorkingDir", ""),
        "tty": config["Tty"],
        "stdinOpen": config["OpenStdin"],
        "stopSignal": config.get("StopSignal", ""),
        "stopTimeout": config.get("StopTimeout", given.get("stopTimeout", 0)),
        "healthcheck": _healthcheck(config.get("Healthcheck")),
    }


def _image(inspect: Properties, given: Properties) -> Value:
    """The image's id, or the name that the program used when the container was made from it."""
    asked = inspect["Config"]["Image"]
    return asked if asked == given.get("image") else inspect["Image"]


def _healthcheck(check: Properties | None) -> Properties | None:
    if not check:
        return None
    return {
        "tests": check.get("Test") or [],
        "interval": from_nanoseconds(check.get("Interval")),
        "timeout": from_nanoseconds(check.get("Timeout")),
        "startPeriod": from_nanoseconds(check.get("StartPeriod")),
        "startInterval": from_nanoseconds(check.get("StartInterval")),
        "retries": check.get("Retries", 0),
    }


def _from_host_config(host: Properties, given: Properties) -> Properties:
    return {
        "restart": host["RestartPolicy"]["Name"] or "no",
        "maxRetryCount": host["RestartPolicy"]["MaximumRetryCount"],
        "rm": host["AutoRemove"],
        "readOnly": host["ReadonlyRootfs"],
        "privileged": host["Privileged"],
        "publishAllPorts": host["PublishAllPorts"],
        "init": bool(host.get("Init")),
        "networkMode": _mode(host["NetworkMode"], given.get("networkMode")),
        "ipcMode": _mode(host["IpcMode"], given.get("ipcMode")),
        "pidMode": _mode(host.get("PidMode"), given.get("pidMode")) or None,
        "usernsMode": host.get("UsernsMode", ""),
        "runtime": host["Runtime"],
        "securityOpts": _keep_order(host.get("SecurityOpt") or [], given.get("securityOpts")),
        "capabilities": _capabilities(host, given),
        "mounts": [_mount(mount) for mount in host.get("Mounts") or []] or _none(given, "mounts"),
        "tmpfs": host.get("Tmpfs") or _none(given, "tmpfs"),
        "sysctls": host.get("Sysctls") or _none(given, "sysctls"),
        "hosts": [_host(entry) for entry in host.get("ExtraHosts") or []],
        "ulimits": [_ulimit(limit) for limit in host.get("Ulimits") or []],
        "devices": [_device(device) for device in host.get("Devices") or []],
        **_rules(host),
        "dns": host.get("Dns") or None,
        "dnsOpts": host.get("DnsOptions") or None,
        "dnsSearches": host.get("DnsSearch") or None,
        "groupAdds": host.get("GroupAdd") or None,
        "logDriver": host["LogConfig"]["Type"],
        "logOpts": host["LogConfig"].get("Config") or None,
    }


def _mode(found: str | None, asked: str | None) -> str | None:
    """A namespace's mode; Docker shows another container's id where the program gave its name."""
    shared = "container:"
    borrowed = (found or "").startswith(shared) and (asked or "").startswith(shared)
    return asked if borrowed else found


def _none(given: Properties, name: str) -> Value:
    """The empty value that the program gave, so that `[]` and nothing stay what they were."""
    value = given.get(name)
    return None if value else value


def _keep_order(found: list[str], given: list[str] | None) -> list[str]:
    """Docker's list in the program's order where both hold the same."""
    return list(given) if given and sorted(given) == sorted(found) else found


def _capabilities(host: Properties, given: Properties) -> Properties | None:
    adds, drops = host.get("CapAdd") or [], host.get("CapDrop") or []
    if not adds and not drops:
        return None
    wanted = given.get("capabilities") or {}
    return {
        "adds": _keep_order(adds, wanted.get("adds")),
        "drops": _keep_order(drops, wanted.get("drops")),
    }


def _mount(mount: Properties) -> Properties:
    bind, tmpfs = mount.get("BindOptions"), mount.get("TmpfsOptions")
    return {
        "type": mount["Type"],
        "target": mount["Target"],
        "source": mount.get("Source", ""),
        "readOnly": mount.get("ReadOnly") or None,
        "bindOptions": {"propagation": bind.get("Propagation", "")} if bind else None,
        "tmpfsOptions": {"mode": tmpfs.get("Mode"), "sizeBytes": tmpfs.get("SizeBytes")}
        if tmpfs
        else None,
        "volumeOptions": _volume_options(mount.get("VolumeOptions")),
    }


def _volume_options(options: Properties | None) -> Properties | None:
    if not options:
        return None
    driver = options.get("DriverConfig") or {}
    named = options.get("Labels") or {}
    return {
        "driverName": driver.get("Name", ""),
        "driverOptions": driver.get("Options") or None,
        "labels": [{"label": k, "value": v} for k, v in sorted(named.items())],
        "noCopy": options.get("NoCopy") or None,
        "subpath": "",
    }


def _host(entry: str) -> Properties:
    name, _, address = entry.partition(":")
    return {"host": name, "ip": address}


def _ulimit(limit: Properties) -> Properties:
    return {"name": limit["Name"], "soft": limit["Soft"], "hard": limit["Hard"]}


def _device(device: Properties) -> Properties:
    return {
        "hostPath": device["PathOnHost"],
        "containerPath": device["PathInContainer"],
        "permissions": device["CgroupPermissions"],
    }


def _rules(host: Properties) -> Properties:
    """Device rules, where there are any: the state of earlier official plugins lacks the key."""
    rules = host.get("DeviceCgroupRules")
    return {"deviceCgroupRules": rules} if rules else {}


def _limits(host: Properties, given: Properties) -> Properties:
    swap = host["MemorySwap"]
    return {
        "memory": host["Memory"] // MEGABYTE,
        "memorySwap": swap // MEGABYTE if swap > 0 else swap,
        "memoryReservation": host.get("MemoryReservation", 0) // MEGABYTE,
        "shmSize": host["ShmSize"] // MEGABYTE,
        "cpuShares": host["CpuShares"],
        "cpuSet": host["CpusetCpus"],
        **{name: given.get(name, []) for name in _THROTTLES},
    }


_THROTTLES = ("deviceReadBps", "deviceReadIops", "deviceWriteBps", "deviceWriteIops")


def _from_state(inspect: Properties, given: Properties) -> Properties:
    state, network = inspect["State"], inspect["NetworkSettings"]
    must_run = given.get("mustRun", True)
    return {
        # As the official plugin: a container that should run and does not shows as a difference.
        "mustRun": bool(must_run and state["Running"]),
        "exitCode": None if state["Running"] else state["ExitCode"],
        "bridge": network.get("Bridge", ""),
        "ports": _ports(network.get("Ports") or {}, given.get("ports") or []),
        "networkDatas": [
            _network(name, data) for name, data in sorted((network.get("Networks") or {}).items())
        ],
    }


def _ports(found: Properties, given: list[Properties]) -> list[Properties]:
    """Published ports in the program's order; a daemon that listens on IPv6 too counts once."""
    ports: list[Properties] = []
    for key, bindings in found.items():
        internal, _, protocol = key.partition("/")
        for binding in bindings or []:
            if binding["HostIp"] == "::" and any(b["HostIp"] == "0.0.0.0" for b in bindings):  # noqa: S104
                continue
            ports.append(
                {
                    "internal": int(internal),
                    "external": int(binding["HostPort"] or 0),
                    "ip": binding["HostIp"],
                    "protocol": protocol,
                }
            )
    order = {(p["internal"], p.get("protocol", "tcp"), p.get("ip")): i for i, p in enumerate(given)}
    return sorted(
        ports,
        key=lambda p: (
            order.get((p["internal"], p["protocol"], p["ip"]), len(order)),
            p["internal"],
            p["protocol"],
            p["ip"],
        ),
    )


def _network(name: str, data: Properties) -> Properties:
    return {
        "networkName": name,
        "gateway": data.get("Gateway", ""),
        "ipAddress": data.get("IPAddress", ""),
        "ipPrefixLength": data.get("IPPrefixLen", 0),
        "globalIpv6Address": data.get("GlobalIPv6Address", ""),
        "globalIpv6PrefixLength": data.get("GlobalIPv6PrefixLen", 0),
        "ipv6Gateway": data.get("IPv6Gateway", ""),
        "macAddress": data.get("MacAddress", ""),
    }
