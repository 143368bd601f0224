"""One environment like prod for all modules of this folder: they leave it as they found it."""

import json

import pytest
from machine import GENERATED, Clone
from watch import Watch

from cli.workspace import Workspace

ADMIN_PASSWORD = "canary-4d1f-password-of-the-administrator"


@pytest.fixture(scope="session")
def production(repository, daemon, tmp_path_factory):
    """An environment like prod for all modules that leave it as they found it.

    One secret is set by a person as a Pulumi secret, the others are generated. All processes of
    the machine are watched while it comes up the first time.
    """
    fresh = Clone.of(repository, tmp_path_factory.mktemp("production"), like="prod")
    fresh.configure(**{"ledgerflow:admin_username": "admin"})
    Workspace(fresh.path).prepare()
    assert fresh.pulumi("stack", "init", "--secrets-provider", "passphrase").returncode == 0
    setting = ("--secret", "--path", "ledgerflow:secrets.admin-password", ADMIN_PASSWORD)
    assert fresh.pulumi("config", "set", *setting).returncode == 0
    with Watch() as watch:
        result = fresh.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    fresh.first_up, fresh.watch = result, watch
    yield fresh
    fresh.remove(daemon)


@pytest.fixture(scope="session")
def root(production, daemon, tmp_path_factory):
    """The certificate of the environment's own authority."""
    return production.root_certificate(daemon, tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="session")
def secret_values(production):
    """Every secret of production by name, read as only the holder of the passphrase can."""
    exported = production.pulumi("stack", "export", "--show-secrets")
    resources = json.loads(exported.stdout)["deployment"]["resources"]
    values = {
        r["urn"].rsplit("::", 1)[1]: json.loads(r["outputs"]["result"]["plaintext"])
        for r in resources
        if r["type"] == "random:index/randomPassword:RandomPassword"
    }
    assert set(values) == set(GENERATED)
    return {**values, "admin-password": ADMIN_PASSWORD}
