"""Which address pools an engine gets that LedgerFlow starts itself."""

import ipaddress

import pytest

from cli import engine


@pytest.fixture
def configuration(tmp_path, monkeypatch):
    path = tmp_path / "daemon.json"
    monkeypatch.setattr(engine, "CONFIGURATION", path)
    return path


@pytest.mark.parametrize("content", [None, "{}", '{"log-level": "warn"}'])
def test_a_machine_without_pools_of_its_own_gets_small_ones(configuration, content):
    if content is not None:
        configuration.write_text(content)
    assert engine._pools() == [f"--default-address-pool={pool}" for pool in engine.POOLS]


@pytest.mark.parametrize("content", ['{"default-address-pools": []}', "[]", "{"])
def test_what_the_machine_says_holds(configuration, content):
    configuration.write_text(content)
    assert engine._pools() == []


def test_the_pools_hold_hundreds_of_networks_of_private_addresses():
    for pool in engine.POOLS:
        settings = dict(part.split("=") for part in pool.split(","))
        base = ipaddress.ip_network(settings["base"])
        assert base.is_private
        assert 2 ** (int(settings["size"]) - base.prefixlen) >= 256
