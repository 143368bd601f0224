"""`docker:index/network:Network`."""

import time
from typing import TYPE_CHECKING

from airgap.plugins.docker import labels
from airgap.plugins.docker.client import Docker
from airgap.plugins.docker.intents import Intents
from airgap.plugins.docker.labels import LABELS
from airgap.plugins.errors import PluginError
from airgap.plugins.resource import Call, Live, Resource, refreshed_inputs
from airgap.plugins.schema import Field, Fields
from airgap.plugins.values import Properties, without_defaults

if TYPE_CHECKING:
    from docker import APIClient

FIELDS: Fields = {
    "name": Field(replace=True, autonamed=True),
    "driver": Field(replace=True, computed=True),
    "internal": Field(kind="boolean", replace=True, computed=True),
    "attachable": Field(kind="boolean", replace=True),
    "ingress": Field(kind="boolean", replace=True),
    "ipv6": Field(kind="boolean", replace=True),
    "options": Field(shape="map", replace=True, computed=True),
    "labels": LABELS,
    "ipamDriver": Field(replace=True, default="default"),
    "ipamOptions": Field(shape="map", replace=True),
    "ipamConfigs": Field(
        shape="block_set",
        replace=True,
        computed=True,
        fields={
            "subnet": Field(),
            "gateway": Field(computed=True),
            "ipRange": Field(),
            "auxAddress": Field(shape="map"),
        },
    ),
    "scope": Field(output_only=True),
}
META = '{"schema_version":"1"}'
DETACH_SECONDS = 5.0  # endpoints of containers just removed take a moment to go
DETACH_POLL_SECONDS = 0.25


class Network(Resource):
    """A network; Docker itself would allow several of one name, this does not."""

    token = "docker:index/network:Network"  # noqa: S105
    plugin = "docker"
    fields = FIELDS

    def __init__(self, docker: Docker, intents: Intents) -> None:
        self._docker = docker
        self._intents = intents

    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        given = without_defaults(inputs)
        name = given["name"]
        with self._docker.call(f"create the network '{name}'") as client:
            found = _named(client, name)
            if found is None:
                self._intents.declare(call.urn, name)
                identity = client.create_network(name, check_duplicate=True, **_options(given))[
                    "Id"
                ]
                found = client.inspect_network(identity)
            else:
                _check_leftover(call, found, given, self._intents)
        return found["Id"], _outputs(found, given)

    def read(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Live | None:
        del call
        from docker.errors import NotFound  # noqa: PLC0415

        with self._docker.call(f"read the network {resource_id[:12]}") as client:
            try:
                found = client.inspect_network(resource_id)
            except NotFound:
                return None
        given = without_defaults(inputs)
        if not olds.get("name"):
            given = inputs = _imported(found)
        state = _outputs(found, given)
        return Live(found["Id"], refreshed_inputs(inputs, olds or state, state), state)

    def update(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Properties:
        del call, resource_id, inputs
        return olds  # every input replaces; only a failed initialisation would come here

    def delete(self, call: Call, resource_id: str, olds: Properties) -> None:
        name = olds.get("name", resource_id)
        with self._docker.call(f"remove the network '{name}'") as client:
            deadline = time.monotonic() + DETACH_SECONDS
            while (attached := _removed(client, resource_id)) is not None:
                if time.monotonic() >= deadline or call.cancelled.wait(DETACH_POLL_SECONDS):
                    message = (
                        f"cannot remove the network '{name}': still attached are {attached}. "
                        f"Stop them, or disconnect them with `docker network disconnect`"
                    )
                    raise PluginError(message)
        self._intents.withdraw(call.urn, name)


def _removed(client: "APIClient", identity: str) -> str | None:
    """Remove the network; the names of the containers that prevent it, or None when it is gone."""
    from docker.errors import APIError, NotFound  # noqa: PLC0415

    try:
        client.remove_network(identity)
    except NotFound:
        return None
    except APIError as error:
        if "active endpoints" not in str(error):
            raise
        attached = client.inspect_network(identity).get("Containers") or {}
        return ", ".join(sorted(c["Name"] for c in attached.values())) or "unnamed endpoints"
    return None


def _named(client: "APIClient", name: str) -> Properties | None:
    """The network of exactly this name; Docker's own filter also finds parts of names."""
    for found in client.networks(names=[name]):
        if found["Name"] == name:
            network: Properties = client.inspect_network(found["Id"])
            return network
    return None


def _check_leftover(call: Call, found: Properties, given: Properties, intents: Intents) -> None:
    """Accept a left-over of an interrupted run; raises PluginError for any other network."""
    name = given["name"]
    wanted = labels.to_map(given.get("labels"))
    declared = intents.declared(call.urn, name)
    if not declared or not labels.is_ours(found.get("Labels"), wanted):
        message = (
            f"a network named '{name}' already exists ({found['Id'][:12]}) and this stack did not "
            f"make it. Remove it (`docker network rm {name}`), or adopt it with "
            f"`pulumi import docker:index/network:Network {call.name} {found['Id'][:12]}`"
        )
        raise PluginError(message)
    differing = [
        key for key, value in _comparable(given).items() if _comparable(found)[key] != value
    ]
    if differing:
        message = (
            f"a network named '{name}' is left over from an earlier run and differs in "
            f"{', '.join(differing)}. Remove it with `docker network rm {name}` and run again"
        )
        raise PluginError(message)
    call.log.info(f"took over {name} ({found['Id'][:12]}), left over by an interrupted run")


def _comparable(network: Properties) -> Properties:
    """What must agree for a take-over, from inputs or from Docker's description alike."""
    if "Id" in network:
        return {
            "driver": network["Driver"],
            "internal": network["Internal"],
            "attachable": network["Attachable"],
            "ipv6": network["EnableIPv6"],
        }
    return {
        "driver": network.get("driver") or "bridge",
        "internal": network.get("internal", False),
        "attachable": network.get("attachable", False),
        "ipv6": network.get("ipv6", False),
    }


def _options(given: Properties) -> Properties:
    """Keyword arguments of the SDK's `create_network`."""
    return {
        "driver": given.get("driver") or "bridge",
        "options": given.get("options"),
        "internal": given.get("internal", False),
        "labels": labels.to_map(given.get("labels")) or None,
        "enable_ipv6": given.get("ipv6", False),
        "attachable": given.get("attachable") or None,
        "ingress": given.get("ingress") or None,
        "ipam": _ipam(given),
    }


def _ipam(given: Properties) -> Properties | None:
    pools = [
        {
            key: value
            for key, value in (
                ("Subnet", pool.get("subnet")),
                ("Gateway", pool.get("gateway")),
                ("IPRange", pool.get("ipRange")),
                ("AuxiliaryAddresses", pool.get("auxAddress")),
            )
            if value
        }
        for pool in given.get("ipamConfigs") or []
    ]
    driver = given.get("ipamDriver") or "default"
    if not pools and driver == "default" and not given.get("ipamOptions"):
        return None
    return {"Driver": driver, "Config": pools, "Options": given.get("ipamOptions") or {}}


def _outputs(found: Properties, given: Properties) -> Properties:
    return {"__meta": META, **described(found), "labels": given.get("labels")}


def described(found: Properties) -> Properties:
    """Docker's description of a network as the plugin's properties."""
    ipam = found.get("IPAM") or {}
    return {
        "id": found["Id"],
        "name": found["Name"],
        "driver": found["Driver"],
        "scope": found["Scope"],
        "internal": found["Internal"],
        "attachable": found["Attachable"],
        "ingress": found["Ingress"],
        "ipv6": found["EnableIPv6"],
        "options": found.get("Options") or {},
        "ipamDriver": ipam.get("Driver") or "default",
        "ipamOptions": ipam.get("Options") or None,
        "ipamConfigs": [_pool(pool) for pool in ipam.get("Config") or []],
    }


def _pool(pool: Properties) -> Properties:
    return {
        "subnet": pool.get("Subnet", ""),
        "gateway": pool.get("Gateway", ""),
        "ipRange": pool.get("IPRange", ""),
        "auxAddress": pool.get("AuxiliaryAddresses") or {},
    }


def _imported(found: Properties) -> Properties:
    state = _outputs(found, {"labels": labels.to_pairs(found.get("Labels"))})
    names = ("name", "driver", "internal", "attachable", "ipv6", "options", "labels", "ipamDriver")
    return {name: state[name] for name in names if state[name] not in (None, {}, [], False)}
