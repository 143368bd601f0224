"""LF024 and LF025: what can be reached from outside."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from policies import identity
from policies.reading import blocks, hides, number, text
from policies.view import Finding, Resource, Surroundings

PROXY: Final = "caddy"
PUBLIC: Final = frozenset({80, 443, 9000})
"""Ports in the proxy's container that are meant for the public; 2019 is its administration."""


def beyond_loopback(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF024."""
    if resource.props.get("publishAllPorts") is True:
        yield Finding("publishAllPorts", "every port of the image is published")
    proxy = _is_proxy(resource)
    for path, block in blocks(resource, "ports"):
        if hides(block.get("ip")) or _is_loopback(text(block.get("ip"))):
            continue
        if not proxy:
            yield Finding(f"{path}.ip", "the port is published beyond loopback")
        elif not hides(block.get("internal")) and number(block.get("internal")) not in PUBLIC:
            yield Finding(f"{path}.internal", "it is not one of the proxy's public ports")


def production_ports(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF025; what is published beyond loopback is LF024's."""
    if _is_proxy(resource) or not identity.is_production(resource, around):
        return
    for path, block in blocks(resource, "ports"):
        if hides(block.get("ip")) or _is_loopback(text(block.get("ip"))):
            yield Finding(path, "the port is published in production")


def _is_proxy(resource: Resource) -> bool:
    return identity.services(resource) == {PROXY}


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
