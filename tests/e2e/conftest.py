"""Real environments: each module's clone is brought up once and removed afterwards."""

import json
import shutil
import subprocess

import docker
import pytest
from machine import GENERATED, Clone, printed
from watch import Watch

from cli.engine import apt_install
from cli.workspace import Workspace
from tests import apt

ADMIN_PASSWORD = "canary-4d1f-password-of-the-administrator"


@pytest.fixture(scope="session")
def daemon():
    """The Docker daemon; `make test` has seen to it that there is one."""
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture(scope="module")
def clone(repository, daemon, tmp_path_factory):
    """A clone whose environment is not up yet."""
    fresh = Clone.of(repository, tmp_path_factory.mktemp("clone"))
    yield fresh
    fresh.remove(daemon)


@pytest.fixture(scope="module")
def running(clone):
    """A clone whose environment was brought up by `make up`."""
    result = clone.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    clone.first_up = result
    return clone


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
    """The certificate of the environment's own authority, as an operator would fetch it."""
    path = tmp_path_factory.mktemp("ca") / "root.crt"
    caddy = daemon.containers.get(production.container("caddy"))
    path.write_text(printed(caddy, "cat", "/data/caddy/pki/authorities/local/root.crt", asked=3))
    return str(path)


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


@pytest.fixture(scope="session")
def programs():
    """What the tests need beside the product: installed from Debian where it is missing."""
    needed = {"chromium": "chromium", "certutil": "libnss3-tools", "ip": "iproute2"}
    with apt.alone():
        missing = [package for program, package in needed.items() if shutil.which(program) is None]
        if missing:
            apt_install(*missing)
    # a browser that does not start would fail each test with less clear words
    subprocess.run(["chromium", "--version"], check=True, capture_output=True)
