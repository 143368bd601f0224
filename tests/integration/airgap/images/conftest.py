"""The images, built once, and a place for containers of them."""

from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from image_sandbox import Sandbox

from airgap.images import STAND_INS, ensure


@pytest.fixture(scope="session")
def client() -> Iterator[docker.DockerClient]:
    """The local daemon."""
    connection = docker.from_env(timeout=600)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def cache(repository: Path) -> Path:
    """The cache that `make up` uses too, so that a test run need not fetch again."""
    return repository / ".ledgerflow" / "cache" / "images"


@pytest.fixture(scope="session", autouse=True)
def images(client: docker.DockerClient, cache: Path) -> None:
    """Every image is in the daemon."""
    ensure(STAND_INS, client, cache, print)


@pytest.fixture
def sandbox(client: docker.DockerClient) -> Iterator[Sandbox]:
    """A place for containers that is cleared after the test."""
    place = Sandbox(client)
    yield place
    place.clear()
