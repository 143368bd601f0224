"""``make demo``: invented documents and transactions, loaded by the running application itself."""

import sys
from pathlib import Path
from typing import Final

import click
import docker
import docker.errors

from cli import engine, environments
from cli.confirmation import answer_option, confirm, confirm_where_locked
from cli.errors import EXIT_ERROR, UserError
from cli.options import config_option, environment_argument
from cli.workspace import WORKSPACE
from infra import conventions
from infra.services import django
from infra.spec import Environment

SIZES: Final = ("small", "large")
COMMAND: Final = ("python", "manage.py", "load_demo")
BESIDE: Final = "--beside-own-documents"


@click.command("demo")
@environment_argument
@click.option("--size", type=click.Choice(SIZES), default=SIZES[0], show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--remove", is_flag=True, help="Remove all of it instead.")
@config_option
@answer_option
def demo(
    *, environment: str, size: str, seed: int, remove: bool, config_file: Path | None, answer: str
) -> int:
    """Load invented documents and transactions for the account demo, or remove them."""
    spec = environments.load(WORKSPACE, environment, config_file)
    if remove:
        what = f"all documents and transactions of the account demo in {environment} are removed"
        confirm(environment, what, answer)
    else:
        what = f"invented documents come into {environment}, beside people's own"
        confirm_where_locked(environment, what, answer)
    client = engine.running()
    wanted = ("--remove",) if remove else ("--size", size, "--seed", str(seed))
    locked = environment in conventions.LOCKED_ENVIRONMENTS
    return run(spec, client, (*COMMAND, *wanted, *((BESIDE,) if locked else ())))


def run(spec: Environment, client: docker.DockerClient, command: tuple[str, ...]) -> int:
    """Run ``command`` in the application's container, its words as they come; return how it ended.

    Raises UserError when the application does not run.
    """
    name = conventions.container_name(spec.name, django.slots(spec)[0].name)
    remedy = f"make up ENV={spec.name}, then run the command again"
    try:
        container = client.containers.get(name)
    except docker.errors.NotFound:
        raise UserError(f"{spec.name} is not up: there is no container {name}", remedy) from None
    if container.status != "running":
        raise UserError(f"{name} does not run: it is {container.status}", remedy)
    api = client.api
    identity = api.exec_create(container.id, list(command))["Id"]
    for out, words in api.exec_start(identity, stream=True, demux=True):
        for part, target in ((out, sys.stdout), (words, sys.stderr)):
            target.write((part or b"").decode(errors="replace"))
            target.flush()
    return EXIT_ERROR if api.exec_inspect(identity)["ExitCode"] else 0
