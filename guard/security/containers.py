"""Rights of containers beyond their own walls, and the ports they open."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from guard.security.facts import Daemon, Document, Expected, environment_of, name_of
from guard.security.model import Looking, Section

RIGHTS: Final = "Containers: capabilities and isolation"
PORTS: Final = "Open ports"
SOCKETS: Final = ("/var/run/docker.sock", "/run/docker.sock")
HOST: Final = "host"
EVERYWHERE: Final = ("", "0.0.0.0", "::")  # noqa: S104 - what is looked for
DAEMON_PORTS: Final = (2375, 2376, 2377)
_UP: Final = "make drift ENV={0} says what differs, make reconcile ENV={0} brings it back"
_STRANGER: Final = "ask its owner what it needs this for; take it away when nothing does"


def rights(daemon: Daemon, specs: Mapping[str, Expected]) -> Section:
    """Hold every container against what it may do, and those of ``specs`` against their spec."""
    looking = Looking(RIGHTS)
    for container in sorted(daemon.containers, key=name_of):
        name, environment = name_of(container), environment_of(container)
        way = _UP.format(environment) if environment else _STRANGER
        for what in _reaches_out(container):
            looking.find(name, what, way)
        if environment in specs:
            service = specs[environment].services.get(name)
            for what in _looser(container, service):
                looking.find(name, what, way)
    looking.facts.append(f"{len(daemon.containers)} containers looked at")
    return looking.section()


def _reaches_out(container: Document) -> Iterable[str]:
    """Yield what gives any container the machine."""
    host = container["HostConfig"]
    if host.get("Privileged"):
        yield "it is privileged"
    for kind in ("PidMode", "IpcMode", "UTSMode", "UsernsMode"):
        if host.get(kind) == HOST:
            yield f"it shares the machine's {kind.removesuffix('Mode').lower()} namespace"
    for device in host.get("Devices") or ():
        yield f"it has the machine's device {device.get('PathOnHost')}"
    for option in host.get("SecurityOpt") or ():
        if "unconfined" in option or option in ("label=disable", "label:disable"):
            yield f"its confinement is switched off: {option}"
    for mount in container.get("Mounts") or ():
        if mount.get("Source") in SOCKETS:
            yield "the Docker socket is mounted: it commands the daemon"


def _looser(container: Document, service: Document | None) -> Iterable[str]:
    """Yield where one of LedgerFlow's containers has more than its spec gives it."""
    host = container["HostConfig"]
    if "ALL" not in _capabilities(host.get("CapDrop")):
        yield "not all capabilities are dropped"
    allowed = _capabilities(service.get("capabilities") if service else ())
    more = sorted(_capabilities(host.get("CapAdd")) - allowed)
    if service is not None and more:
        yield f"it has capabilities that its spec does not give: {', '.join(more)}"
    options = host.get("SecurityOpt") or ()
    if not any(option.startswith("no-new-privileges") for option in options):
        yield "its processes may gain privileges (no-new-privileges is missing)"
    if service is not None and container["Config"].get("User", "") != service["user"]:
        yield f"it runs as user {container['Config'].get('User') or 'of its image'!r}"


def _capabilities(names: Iterable[str] | None) -> set[str]:
    return {name.upper().removeprefix("CAP_") for name in names or ()}


def ports(daemon: Daemon, specs: Mapping[str, Expected], listening: Iterable[int]) -> Section:
    """Hold published ports against the specs, and look for a daemon that listens to the network.

    ``listening`` are the TCP ports of this machine that are open on all addresses.
    """
    looking = Looking(PORTS)
    for container in sorted(daemon.containers, key=name_of):
        name, environment = name_of(container), environment_of(container)
        wanted = _wanted(specs.get(environment), name)
        for port, address in _published(container):
            if environment in specs:
                if (port, address) not in wanted:
                    way = _UP.format(environment)
                    looking.find(name, f"port {port} is open on {address}, not in its spec", way)
                else:
                    looking.facts.append(f"{name}: {address}:{port}, as its spec says")
            elif address in EVERYWHERE:
                looking.facts.append(f"{name}, of nobody looked at: open to all on port {port}")
    for port in sorted(set(listening) & set(DAEMON_PORTS)):
        looking.find(
            f"port {port}",
            "the Docker daemon's port is open to the network: who reaches it has the machine",
            "let dockerd listen on its socket only, or with TLS on one address",
        )
    return looking.section()


def _wanted(expected: Expected | None, name: str) -> set[tuple[int, str]]:
    service: Mapping[str, Any] = expected.services.get(name, {}) if expected else {}
    return {(port["external"], port.get("ip", "127.0.0.1")) for port in service.get("ports", ())}


def _published(container: Document) -> Iterable[tuple[int, str]]:
    bindings = container["HostConfig"].get("PortBindings") or {}
    for bound in bindings.values():
        for binding in bound or ():
            address = binding.get("HostIp") or "0.0.0.0"  # noqa: S104 - what Docker makes of it
            yield int(binding.get("HostPort") or 0), address


def listening(table: str) -> Iterable[int]:
    """Yield the ports open on all addresses of a kernel table (``proc_net_tcp(5)``)."""
    for line in table.splitlines()[1:]:
        words = line.split()
        address, _, port = words[1].partition(":")
        if words[3] == "0A" and not address.strip("0"):
            yield int(port, 16)
