"""The backup's container and the networks of an environment that goes and comes back."""

import uuid
from types import SimpleNamespace

import docker
import pulumi
import pytest

from infra import conventions
from infra.render import guests

pytestmark = pytest.mark.integration

IMAGE = "postgres:17.4"


@pytest.fixture
def environment(monkeypatch):
    name = f"test-{uuid.uuid4().hex[:8]}"
    monkeypatch.setattr(pulumi, "get_stack", lambda: name)
    return name


@pytest.fixture
def daemon(environment):
    client = docker.from_env()
    yield client
    prefix = f"{conventions.CONTAINER_PREFIX}_{environment}_"
    for container in client.containers.list(all=True, filters={"name": prefix}):
        container.remove(force=True, v=True)
    for network in client.networks.list(filters={"name": prefix}):
        network.remove()
    client.close()


def make_network(daemon, environment, kind):
    name = conventions.network_name(environment, kind)
    return daemon.networks.create(name, internal=True)


def make_container(daemon, environment, service, stack, network):
    return daemon.containers.run(
        IMAGE,
        ["sleep", "300"],
        name=conventions.container_name(environment, service),
        labels={conventions.LABEL_STACK: stack, conventions.LABEL_SERVICE: service},
        network=network.name,
        detach=True,
    )


def joined(container):
    container.reload()
    return set(container.attrs["NetworkSettings"]["Networks"])


def test_a_guest_leaves_before_the_network_goes_and_joins_the_next_one(daemon, environment):
    network = make_network(daemon, environment, "internal")
    guest = make_container(daemon, environment, "backup", f"{environment}-backup", network)
    with pytest.raises(docker.errors.APIError, match="active endpoints"):
        network.remove()
    guests.leave(SimpleNamespace(old_outputs={"name": network.name}))
    network.remove()
    assert joined(guest) == set()

    again = make_network(daemon, environment, "internal")
    guests.join(SimpleNamespace(new_outputs={"name": again.name}))
    assert joined(guest) == {again.name}
    place = guest.attrs["NetworkSettings"]["Networks"][again.name]
    assert place["NetworkID"] == again.id
    assert "backup" in place["Aliases"]
    guests.join(SimpleNamespace(new_outputs={"name": again.name}))  # a second time changes nothing


def test_the_environments_own_containers_are_left_alone(daemon, environment):
    network = make_network(daemon, environment, "internal")
    own = make_container(daemon, environment, "redis", environment, network)
    guests.leave(SimpleNamespace(old_outputs={"name": network.name}))
    assert joined(own) == {network.name}


def test_without_an_off_site_store_a_guest_gets_no_way_out(daemon, environment):
    internal = make_network(daemon, environment, "internal")
    guest = make_container(daemon, environment, "backup", f"{environment}-backup", internal)
    egress = make_network(daemon, environment, "egress")
    guests.join(SimpleNamespace(new_outputs={"name": egress.name}))
    assert joined(guest) == {internal.name}


def test_a_network_that_is_gone_already_is_no_error(daemon, environment):
    guests.leave(SimpleNamespace(old_outputs={"name": f"ledger_{environment}_internal"}))
