"""Production beside development: from outside only what is published, from dev nothing at all."""

import json
import subprocess
from pathlib import Path

import pytest
from machine import printed
from netspace import reached, reached_from_any, second_machine

from tests.ports import free_ports

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("programs")]

PRIVATE = {"postgres": 5432, "redis": 6379, "searxng": 8080}
APPLICATION = {"django-blue": 8000, "django-green": 8000}
EVERY_PORT = range(1, 65536)


def addresses(container):
    networks = container.attrs["NetworkSettings"]["Networks"].values()
    return {network["IPAddress"] for network in networks if network["IPAddress"]}


def process(container):
    return container.attrs["State"]["Pid"]


def gateways(daemon, clone):
    networks = [
        n for n in daemon.networks.list() if n.name.startswith(f"ledger_{clone.environment}_")
    ]
    assert len(networks) == 3
    return {
        pool["Gateway"]
        for network in networks
        for pool in network.attrs["IPAM"]["Config"]
        if "Gateway" in pool
    }


def own_addresses():
    """Return all IPv4 addresses of this machine but loopback."""
    shown = subprocess.run(["ip", "-j", "-4", "address"], capture_output=True, text=True).stdout
    found = {entry["local"] for link in json.loads(shown) for entry in link["addr_info"]}
    return {address for address in found if not address.startswith("127.")}


def containers(daemon, clone):
    return [
        container
        for container in daemon.containers.list(ignore_removed=True)
        if container.labels.get("com.ledgerflow.environment") == clone.environment
    ]


def published(daemon, clone):
    """Return the ports that the containers of an environment give to this machine."""
    return {
        int(binding["HostPort"])
        for container in containers(daemon, clone)
        for bindings in container.ports.values()
        for binding in bindings or []
    }


def listened_by_others(daemon, *clones):
    """Return the ports that programs of this machine and containers of others listen on."""
    ours = {port for clone in clones for port in published(daemon, clone)}
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    lines += Path("/proc/net/tcp6").read_text().splitlines()[1:]
    # man proc_net: local address is hex "address:port", state 0A is LISTEN
    fields = [line.split() for line in lines]
    return {int(f[1].rsplit(":", 1)[1], 16) for f in fields if f[3] == "0A"} - ours


def test_a_scan_from_outside_finds_the_published_port_only(production, running, daemon):
    before = listened_by_others(daemon, production, running)
    with second_machine() as (outside, here):
        found = {port for _, port in reached(outside, [(here, port) for port in EVERY_PORT])}
    others = before | listened_by_others(daemon, production, running)
    assert found - others == {production.ports["public"]}
    # the development environment has published its ports, but on loopback
    assert published(daemon, running) == set(running.ports.values())


def test_from_outside_no_container_of_prod_is_reached_by_its_own_address(production, daemon):
    """Docker before 28 lets pass who has a route to a container and asks for a published port.

    So production publishes nothing else: Caddy is what such a machine reaches, as everybody does.
    """
    ports = {*PRIVATE.values(), *APPLICATION.values(), production.ports["public"]}
    targets = {
        (address, port)
        for container in containers(daemon, production)
        for address in addresses(container)
        for port in ports
    }
    assert len(targets) > 10
    with second_machine() as (outside, _):
        assert reached(outside, targets) == set()


def test_from_dev_no_address_of_prod_answers(production, running, daemon):
    wanted = {**PRIVATE, **APPLICATION}
    targets = {
        (address, port)
        for service, port in wanted.items()
        for address in addresses(daemon.containers.get(production.container(service)))
    }
    assert len(targets) > len(wanted)  # SearXNG is on two networks
    # by way of the machine itself: the bridges' gateways, and its own addresses
    machine = gateways(daemon, production) | gateways(daemon, running) | own_addresses()
    targets |= {(address, port) for address in machine for port in PRIVATE.values()}
    inside = containers(daemon, running)
    assert len(inside) == 8
    assert reached_from_any(map(process, inside), targets) == set()
    # the probe does find what may be reached
    django = daemon.containers.get(running.container("django"))
    own = {(a, 5432) for a in addresses(daemon.containers.get(running.container("postgres")))}
    assert own & reached(process(django), own)


def test_from_dev_no_name_of_prod_is_known(production, running, daemon):
    django = daemon.containers.get(running.container("django"))
    names = [production.container(s) for s in (*PRIVATE, *APPLICATION, "caddy")]
    names += [*APPLICATION]
    known = [n for n in names if django.exec_run(["getent", "hosts", n]).exit_code == 0]
    assert known == []
    for service in PRIVATE:
        answer = printed(django, "getent", "ahostsv4", service, asked=3)
        found = {line.split()[0] for line in answer.splitlines()}
        assert found <= addresses(daemon.containers.get(running.container(service)))


def test_prod_in_turn_reaches_nothing_of_dev(production, running, daemon):
    targets = {
        (address, port)
        for container in containers(daemon, running)
        for address in addresses(container)
        for port in (*PRIVATE.values(), 8000)
    }
    assert reached_from_any(map(process, containers(daemon, production)), targets) == set()


def test_a_service_of_prod_that_is_published_would_be_found(daemon, production):
    """The scan sees what Docker publishes to all addresses: it is no test that always passes."""
    (port,) = free_ports(1)
    image = daemon.containers.get(production.container("redis")).attrs["Image"]
    container = daemon.containers.run(
        image,
        name=f"lftest-{production.environment}-published",
        ports={"6379/tcp": ("0.0.0.0", port)},
        detach=True,
    )
    try:
        with second_machine() as (outside, here):
            assert reached(outside, [(here, port)]) == {(here, port)}
    finally:
        container.remove(force=True, v=True)
