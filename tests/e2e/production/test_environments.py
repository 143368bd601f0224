"""An environment is one YAML file, and all of them keep the same contract."""

import json

import pytest
import yaml
from machine import Clone, printed

from tests.ports import free_ports

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def staging(repository, daemon, tmp_path_factory):
    fresh = Clone.of(repository, tmp_path_factory.mktemp("staging"), like="staging")
    result = fresh.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    yield fresh
    fresh.remove(daemon)


def query(clone, daemon, sql):
    """Run SQL where the server runs: production publishes no port of it."""
    server = daemon.containers.get(clone.container("postgres"))
    command = ["psql", "-h", "/var/run/postgresql", "-U", "ledgerflow", "-Atc", sql, "ledgerflow"]
    return printed(server, *command).strip()


def assert_contract(clone, daemon):
    """Up, preview and refresh change nothing; destroy and down keep the data.

    Twenty rounds of it are in tests/benchmarks/test_contract.py.
    """
    before = clone.identities(daemon)
    for command in ("up", "preview"):
        result = clone.make(command)
        assert result.returncode == 0, result.stdout + result.stderr
    refreshed = clone.pulumi("refresh", "--yes", "--expect-no-changes")
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    assert clone.identities(daemon) == before

    query(clone, daemon, "create table entrusted as select 'a receipt' as what")
    destroyed = clone.pulumi("destroy", "--yes", "--ignore-protect", "--run-program")
    assert destroyed.returncode != 0
    assert "no verified backup" in destroyed.stdout + destroyed.stderr
    down = clone.make("down")
    assert down.returncode == 0, down.stdout + down.stderr
    assert not [name for name in clone.created(daemon) if name.endswith("postgres")]
    for kind in ("db_data", "media_data"):
        assert daemon.volumes.get(clone.volume(kind))
    result = clone.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    assert query(clone, daemon, "select what from entrusted") == "a receipt"
    query(clone, daemon, "drop table entrusted")


def test_staging_keeps_the_contract(staging, daemon):
    assert_contract(staging, daemon)


def test_production_keeps_the_contract(production, daemon):
    assert_contract(production, daemon)


@pytest.mark.parametrize("name", ["dr", "test-extra"])
def test_a_further_environment_is_one_more_file(production, name):
    """Nothing but Pulumi.<name>.yaml is written; it is previewed to the end, and kept apart."""
    (port,) = free_ports(1)
    document = yaml.safe_load((production.path / "Pulumi.staging.yaml").read_text())
    document["config"]["ledgerflow:ports"] = {"public": port}
    path = production.path / f"Pulumi.{name}.yaml"
    path.write_text(yaml.safe_dump(document))
    other = Clone(production.path, "staging", name)
    try:
        result = other.make("preview", "JSON=1")
    finally:
        path.unlink()
    assert result.returncode == 2, result.stdout + result.stderr
    report = json.loads(result.stdout)
    created = {change["name"] for change in report["changes"] if change["action"] == "created"}
    assert {"postgres", "redis", "searxng", "django-blue", "django-green", "caddy"} <= created
    assert report["interruptions"] == []
    # of environments with people's data one rule remarks that the first deploy needs no backup
    assert {rule["level"] for rule in report["rules"]} <= {"advisory"}
