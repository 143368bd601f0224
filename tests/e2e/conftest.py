"""Real environments: each module's clone is brought up once and removed afterwards."""

import shutil
import subprocess

import docker
import pytest
from machine import Clone

from cli.engine import apt_install
from tests import apt


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
def programs():
    """What the tests need beside the product: installed from Debian where it is missing."""
    needed = {"chromium": "chromium", "certutil": "libnss3-tools", "ip": "iproute2"}
    with apt.alone():
        missing = [package for program, package in needed.items() if shutil.which(program) is None]
        if missing:
            apt_install(*missing)
    # a browser that does not start would fail each test with less clear words
    subprocess.run(["chromium", "--version"], check=True, capture_output=True)
