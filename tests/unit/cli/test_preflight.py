"""What is checked before anything is created."""

import socket

import pytest

from cli import preflight
from cli.errors import UserError
from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings

pytestmark = pytest.mark.unit


class Api:
    def __init__(self, containers=()):
        self._containers = list(containers)

    def containers(self, **_):
        return self._containers


class Client:
    def __init__(self, *containers):
        self.api = Api(containers)


def publishing(name, port):
    return {"Names": [f"/{name}"], "Ports": [{"PublicPort": port, "Type": "tcp"}]}


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def spec_with(repository, **ports):
    config = from_file(repository / "Pulumi.dev.yaml")
    config["ledgerflow:ports"] = ports
    return environment(Settings.parse("test-a", config))


def test_a_taken_port_is_named_with_its_setting(repository, taken_port):
    spec = spec_with(repository, redis=taken_port)
    with pytest.raises(UserError) as error:
        preflight.check_ports(spec, Client())
    assert f"127.0.0.1:{taken_port} by another program" in error.value.what
    assert "ledgerflow:ports.redis moves it" in error.value.what
    assert "Pulumi.test-a.yaml" in error.value.remedy


def test_the_container_that_holds_a_port_is_named(repository, taken_port):
    spec = spec_with(repository, redis=taken_port)
    with pytest.raises(UserError, match="by container other_redis"):
        preflight.check_ports(spec, Client(publishing("other_redis", taken_port)))


def test_the_environments_own_container_may_hold_its_port(repository, taken_port):
    spec = spec_with(repository, redis=taken_port)
    preflight.check_ports(spec, Client(publishing("ledger_test-a_redis", taken_port)))


def test_a_container_that_is_just_starting_gets_time_to_be_listed(repository, taken_port):
    spec = spec_with(repository, redis=taken_port)
    client = Client(publishing("ledger_test-a_redis", 1))
    listed = iter([1, 1, taken_port])

    def containers(**options):
        port = 1 if options else next(listed)
        return [publishing("ledger_test-a_redis", port)]

    client.api.containers = containers
    preflight.check_ports(spec, client)


def test_every_taken_port_is_reported_at_once(repository, taken_port):
    with socket.socket() as second:
        second.bind(("127.0.0.1", 0))
        second.listen()
        spec = spec_with(repository, redis=taken_port, postgres=second.getsockname()[1])
        with pytest.raises(UserError, match="2 of the environment's ports are in use"):
            preflight.check_ports(spec, Client())


def test_a_full_disk_is_named_with_what_it_is_for(tmp_path):
    with pytest.raises(UserError, match=r"not-yet has .* GiB left; the cache needs"):
        preflight.check_disk({"the cache": tmp_path / "not-yet"}, needed=2**60)
    preflight.check_disk({"the cache": tmp_path}, needed=1)


def test_a_second_server_on_the_database_is_refused(repository):
    spec = spec_with(repository)
    own, other = publishing("ledger_test-a_postgres", 5432), publishing("ledger_test-a_other", 1)
    preflight.check_database_volume(spec, Client(own))
    with pytest.raises(UserError, match="ledger_test-a_other runs on the volume ledger_test-a_db_"):
        preflight.check_database_volume(spec, Client(own, other))
