"""Gathers the two sides of a comparison: the spec with Pulumi's state, and the daemon."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import docker.errors
import requests

from cli import engine, environments
from cli.drift import check, recorded, snapshot
from cli.drift.check import Comparison
from cli.drift.difference import Difference
from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.workspace import Workspace
from infra.spec import Environment


@contextmanager
def daemon() -> Iterator[docker.DockerClient]:
    """Lend a client of the daemon; raise UserError when it does not answer."""
    client = engine.running()
    try:
        yield client
    except (docker.errors.APIError, requests.ConnectionError) as error:
        raise UserError(
            f"the Docker daemon could not be asked: {error}",
            "see that it runs, then run the same command again",
        ) from error
    finally:
        client.close()


def differences(
    workspace: Workspace, environment: str, config_file: Path | None = None
) -> list[Difference]:
    """Return every difference between an environment and its spec.

    Raises UserError when the environment is not up or one side cannot be asked.
    """
    spec = environments.load(workspace, environment, config_file)
    pulumi = Pulumi(workspace, os.environ, environment, config_file)
    with daemon() as client:
        return compare(spec, pulumi, client).differences()


def compare(spec: Environment, pulumi: Pulumi, client: docker.DockerClient) -> Comparison:
    """Read both sides once; raise UserError when the stack has made nothing yet."""
    if not pulumi.has_resources():
        raise UserError(f"environment {spec.name} is not up", f"make up ENV={spec.name}")
    repository = pulumi.workspace.repository
    references = check.image_references(spec, repository)
    return Comparison(
        spec=spec,
        repository=repository,
        recorded=recorded.read(pulumi),
        snapshot=snapshot.take(client, spec, references),
    )
