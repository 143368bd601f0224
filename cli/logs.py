"""``make logs``: what an environment's containers say, each line with the name of its service."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import click
import docker
import docker.errors

from cli import engine, environments
from cli.errors import UserError
from cli.options import config_option, environment_argument
from cli.workspace import WORKSPACE
from infra import conventions
from infra.spec import Environment

Line = tuple[str, str]


@click.command("logs")
@environment_argument
@config_option
@click.option("--service", multiple=True, help="Only this one; may be repeated.")
@click.option("--follow/--no-follow", default=False, help="Go on with new lines.")
@click.option("--tail", default=100, show_default=True, help="Lines of each service to begin with.")
def logs_command(
    environment: str, config_file: Path | None, service: tuple[str, ...], follow: bool, tail: int
) -> int:
    """Show the containers' logs."""
    spec = environments.load(WORKSPACE, environment, config_file)
    known = [s.name for s in spec.services]
    unknown = sorted(set(service) - set(known))
    if unknown:
        raise UserError(
            f"{environment} has no service {', '.join(unknown)}", f"known are {', '.join(known)}"
        )
    width = max(map(len, known))
    chosen = list(service) or known
    for name, line in lines(spec, engine.running(), chosen, follow=follow, tail=tail):
        click.echo(f"{name:<{width}} | {line}")
    return 0


def lines(
    spec: Environment,
    client: docker.DockerClient,
    names: list[str],
    *,
    follow: bool,
    tail: int,
) -> Iterator[Line]:
    """Yield (service, line): the last ``tail`` lines of each service, then, if asked, new ones."""
    merged: queue.Queue[Line | None] = queue.Queue()

    def read(service: str) -> None:
        try:
            for text in _container_lines(spec, client, service, follow=follow, tail=tail):
                merged.put((service, text))
        except docker.errors.NotFound:
            merged.put((service, "(there is no such container)"))
        finally:
            merged.put(None)

    for name in names:
        threading.Thread(target=read, args=(name,), daemon=True).start()
    running = len(names)
    while running:
        line = merged.get()
        if line is None:
            running -= 1
        else:
            yield line


def _container_lines(
    spec: Environment, client: docker.DockerClient, service: str, *, follow: bool, tail: int
) -> Iterator[str]:
    container = client.containers.get(conventions.container_name(spec.name, service))
    rest = b""
    for chunk in container.logs(stream=True, follow=follow, tail=tail):
        *complete, rest = (rest + chunk).split(b"\n")
        for line in complete:
            yield line.decode(errors="replace")
    if rest:
        yield rest.decode(errors="replace")
