"""Connecting a created container to the networks of `networksAdvanced`."""

from typing import TYPE_CHECKING

from airgap.plugins.values import Properties

if TYPE_CHECKING:
    from docker import APIClient


def connect(client: "APIClient", container: str, networks: list[Properties]) -> None:
    """Leave the default bridge and join `networks`, before the container starts.

    Docker attaches every container to the network of its `networkMode`; the official plugin takes
    it off `bridge` again when other networks are named.
    """
    if not networks:
        return
    _leave_bridge(client, container)
    for network in networks:
        client.connect_container_to_network(
            container,
            network["name"],
            aliases=network.get("aliases") or None,
            ipv4_address=network.get("ipv4Address") or None,
            ipv6_address=network.get("ipv6Address") or None,
            link_local_ips=network.get("linkLocalIps") or None,
            driver_opt=_options(network.get("driverOpts") or []),
        )


def _leave_bridge(client: "APIClient", container: str) -> None:
    from docker.errors import APIError  # noqa: PLC0415

    try:
        client.disconnect_container_from_network(container, "bridge")
    except APIError as error:
        if "is not connected to" not in str(error):
            raise


def _options(pairs: list[str]) -> dict[str, str] | None:
    """`["key=value"]` as a map."""
    return dict(pair.split("=", 1) for pair in pairs) or None
