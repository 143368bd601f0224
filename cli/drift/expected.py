"""A service as the engine should describe it: the renderer's own inputs, in the words of a view.

The renderer decides what a container is; here its inputs are only renamed. An input that has no
entry in the table is an error and not ignored, so that whoever teaches the renderer a new input
is told to teach it here as well.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pulumi

from cli.drift import view
from cli.drift.view import View
from infra import conventions
from infra.render.container import Surroundings, container_arguments
from infra.spec import MIB, Environment, File, SecretRef, Service

UNCOMPARED = {
    *("name", "image", "uploads"),
    *("must_run", "start", "wait", "wait_timeout", "destroy_grace_seconds", "remove_volumes"),
}
"""Inputs that are compared elsewhere, and those that only steer the plugin."""
HIDDEN = "hidden"


class UnknownInputError(Exception):
    """The renderer uses an input that this comparison was never taught."""


def inputs(spec: Environment, service: Service, repository: Path) -> Mapping[str, Any]:
    """Return the renderer's inputs for a service as plain values; secrets are a fixed word."""
    around = Surroundings(
        environment=spec.name,
        repository=repository,
        networks={n.name: conventions.network_name(spec.name, n.name) for n in spec.networks},
        volumes={v.name: conventions.volume_name(spec.name, v.name) for v in spec.volumes},
        secret=lambda _: cast("pulumi.Output[str]", HIDDEN),
    )
    # one part each: joining parts with a secret among them needs a running Pulumi program
    files = tuple(file.model_copy(update={"content": (_single(file),)}) for file in service.files)
    arguments = container_arguments(
        service.model_copy(update={"files": files}), conventions.LABEL_SERVICE, around
    )
    return _plain(arguments)


def container_view(given: Mapping[str, Any]) -> View:
    """Return what inspect should say of a container made from ``given``, image apart.

    Raises UnknownInputError for an input without an entry in the table.
    """
    unknown = sorted(given.keys() - _FIELDS.keys() - UNCOMPARED)
    if unknown:
        raise UnknownInputError(f"container input {', '.join(unknown)} is not compared")
    merged: View = {view.STATE: "running"}
    for name, value in given.items():
        if name in _FIELDS:
            merged |= _FIELDS[name](value)
    return view.without_blanks(merged)


def image_view(config: Mapping[str, Any]) -> View:
    """Return what a container takes over from its image's config where nothing is given."""
    return view.without_blanks(
        {
            **view.pairs("env", config.get("Env")),
            **view.named("label", config.get("Labels")),
            "command": config.get("Cmd"),
            "entrypoint": config.get("Entrypoint"),
            "stop signal": config.get("StopSignal"),
        }
    )


def _single(file: File) -> str | SecretRef:
    secret = next((part for part in file.content if isinstance(part, SecretRef)), None)
    return secret or "".join(part for part in file.content if isinstance(part, str))


def _plain(arguments: object) -> dict[str, Any]:
    """Return the inputs of one of the SDK's argument classes, nested ones included."""
    return {name: _value(value) for name, value in vars(arguments).items() if value is not None}


def _value(value: object) -> object:
    if isinstance(value, list):
        return [_value(item) for item in value]
    return value if isinstance(value, (str, int, float, dict)) else _plain(value)


def _field(name: str) -> Callable[[Any], View]:
    return lambda value: {name: value}


def _sorted(name: str) -> Callable[[Any], View]:
    return lambda value: {name: sorted(value)}


def _bytes(name: str) -> Callable[[Any], View]:
    return lambda mebibytes: {name: mebibytes * MIB}


def _labels(labels: list[dict[str, str]]) -> View:
    return view.named("label", {entry["label"]: entry["value"] for entry in labels})


def _capabilities(given: Mapping[str, list[str]]) -> View:
    return {
        "capabilities added": sorted(map(view.capability, given.get("adds", []))),
        "capabilities dropped": sorted(map(view.capability, given.get("drops", []))),
    }


def _health(given: Mapping[str, Any]) -> View:
    names = {"tests": "test", "start_period": "start period", "start_interval": "start interval"}
    return {f"health {names.get(name, name)}": value for name, value in given.items()}


def _ports(ports: list[dict[str, Any]]) -> View:
    return {
        f"port {port['internal']}/{port['protocol']}": [f"{port['ip']}:{port['external']}"]
        for port in ports
    }


def _networks(networks: list[dict[str, Any]]) -> View:
    return {f"network {n['name']}": view.endpoint(n.get("aliases")) for n in networks}


def _volumes(volumes: list[dict[str, Any]]) -> View:
    return {f"mount {volume['container_path']}": _volume(volume) for volume in volumes}


def _volume(volume: Mapping[str, Any]) -> str:
    writable = not volume.get("read_only")
    if "host_path" in volume:
        return view.folder_mount(volume["host_path"], writable=writable)
    return view.volume_mount(volume["volume_name"], writable=writable)


def _mounts(mounts: list[dict[str, Any]]) -> View:
    return {f"mount {mount['target']}": _mount(mount) for mount in mounts}


def _mount(mount: Mapping[str, Any]) -> str:
    writable = not mount.get("read_only")
    if mount["type"] == "tmpfs":
        return view.tmpfs_mount((mount.get("tmpfs_options") or {}).get("size_bytes"))
    describe = view.volume_mount if mount["type"] == "volume" else view.folder_mount
    return describe(mount["source"], writable=writable)


_FIELDS: Mapping[str, Callable[[Any], View]] = {
    "hostname": _field("hostname"),
    "domainname": _field("domain name"),
    "user": _field("user"),
    "group_adds": _sorted("extra groups"),
    "working_dir": _field("working directory"),
    "command": _field("command"),
    "entrypoints": _field("entrypoint"),
    "tty": _field("terminal"),
    "stdin_open": _field("open input"),
    "envs": lambda envs: view.pairs("env", envs),
    "labels": _labels,
    "networks_advanced": _networks,
    "network_mode": _field("network mode"),
    "ports": _ports,
    "hosts": lambda hosts: {"extra hosts": sorted(f"{h['host']}:{h['ip']}" for h in hosts)},
    "dns": _sorted("name servers"),
    "volumes": _volumes,
    "mounts": _mounts,
    "tmpfs": lambda given: view.named("tmpfs", given),
    "healthcheck": _health,
    "memory": _bytes("memory"),
    "memory_swap": _bytes("memory and swap"),
    "memory_reservation": _bytes("memory reservation"),
    "cpus": lambda cpus: {"cpus": float(cpus)},
    "cpu_shares": _field("cpu shares"),
    "cpu_set": _field("cpu set"),
    "shm_size": _bytes("shared memory"),
    "ulimits": lambda limits: {
        "ulimits": sorted(f"{limit['name']}={limit['soft']}:{limit['hard']}" for limit in limits)
    },
    "sysctls": lambda given: view.named("sysctl", given),
    "capabilities": _capabilities,
    "security_opts": _sorted("security options"),
    "privileged": _field("privileged"),
    "read_only": _field("read-only root"),
    "init": _field("init"),
    "ipc_mode": _field("ipc mode"),
    "pid_mode": _field("pid mode"),
    "runtime": _field("runtime"),
    "log_driver": _field("log driver"),
    "log_opts": lambda options: view.named("log option", options),
    "restart": _field("restart policy"),
    "max_retry_count": _field("restart attempts"),
    "stop_signal": _field("stop signal"),
    "stop_timeout": _field("stop timeout"),
}
