"""``make down``: stop an environment and remove its containers and networks; every volume stays."""

import os
from pathlib import Path

import click
import docker

from cli import engine, environments, ui
from cli.confirmation import answer_option, confirm_where_locked
from cli.errors import UserError
from cli.options import config_option, environment_argument
from cli.pulumi import Pulumi
from cli.workspace import WORKSPACE, Workspace
from infra import conventions
from infra.render.pinned_images import REMOVING
from infra.spec import Environment

CONTAINER = "docker:index/container:Container"


@click.command("down")
@environment_argument
@config_option
@answer_option
def down_command(environment: str, config_file: Path | None, answer: str) -> int:
    """Stop the environment and remove its containers; all data stays."""
    what = f"{environment} is stopped, nobody reaches it until make up; all data stays"
    confirm_where_locked(environment, what, answer)
    return down(WORKSPACE, environment, config_file)


def down(workspace: Workspace, name: str, config_file: Path | None = None) -> int:
    """Take the environment down and return the exit code; UserError when that cannot begin."""
    spec = environments.load(workspace, name, config_file)
    pulumi = Pulumi(workspace, os.environ, name, config_file)
    if not pulumi.has_resources():
        ui.step(f"Environment {name} is not up")
        return 0
    client = engine.ensure(os.environ)
    pulumi.heal()
    ui.step(f"Environment {name}: stopping; volumes stay")
    _remove_unrecorded(spec, client, pulumi.recorded(CONTAINER))
    arguments = ["destroy", "--yes", "--skip-preview", "--exclude-protected", "--run-program"]
    code = pulumi.run(*arguments, **{REMOVING: "true"})
    if code != 0:
        raise UserError(
            f"pulumi destroy ended with exit code {code}; every volume is there",
            "its message is above; when it is put right, run the same command again",
        )
    return 0


def _remove_unrecorded(spec: Environment, client: docker.DockerClient, known: set[str]) -> None:
    """Remove the environment's containers that a cut run made but never recorded.

    They carry the environment's label and a name of its spec; their data is in the volumes.
    """
    ours: dict[str, str | list[str] | bool] = {"label": f"{conventions.LABEL_STACK}={spec.name}"}
    graces = {
        conventions.container_name(spec.name, service.name): service.stop_grace
        for service in spec.services
    }
    for container in client.containers.list(all=True, filters=ours):
        if container.id not in known and container.name in graces:
            ui.detail(f"removing {container.name}, left over by an interrupted run")
            container.stop(timeout=graces[container.name])
            container.remove()
