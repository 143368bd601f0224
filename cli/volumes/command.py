"""The command behind ``make volume-recreate``."""

import os
from pathlib import Path

import click
import docker

from cli import engine, environments, images, ui
from cli.confirmation import answer_option, confirm
from cli.options import config_option, environment_argument
from cli.volumes import journal
from cli.volumes.lock import locked
from cli.volumes.recreate import exists, recreate, refuse_without_source
from cli.volumes.scratch import image
from cli.volumes.stopping import stop_users
from cli.workspace import WORKSPACE
from infra import conventions
from infra.spec import Environment


@click.command("volume-recreate")
@environment_argument
@click.option("--volume", "kind", type=click.Choice(conventions.PROTECTED_VOLUMES), required=True)
@click.option("--from", "origin", default="", help="A backup file, or the name of a volume.")
@answer_option
@config_option
def volume_recreate(
    environment: str, kind: str, origin: str, answer: str, config_file: Path | None
) -> int:
    """Recreate a protected volume with its labels; what it held is kept under another name."""
    spec = environments.load(WORKSPACE, environment, config_file)
    client = engine.ensure(os.environ)
    volume = conventions.volume_name(environment, kind)
    origin = _origin(origin, volume)
    if not origin and _is_right(client, volume):
        ui.step(f"Volume {volume}: has its labels, nothing is to be done")
        return 0
    refuse_without_source(client, volume, origin)
    confirm(environment, _what(spec, client, volume, origin), answer)
    with locked(WORKSPACE.state / "locks", volume):
        stop_users(WORKSPACE, spec, client, kind, config_file)
        lock = images.lock_of(spec, WORKSPACE.repository)
        images.ensure([image(spec)], client, os.environ, lock)
        done = recreate(client, spec, kind, origin)
    if done.kept:
        ui.step(f"Volume {volume}: what it held before is kept as {done.kept}")
    ui.step(f"Volume {volume}: recreated; now: make up ENV={environment}")
    return 0


def _origin(given: str, volume: str) -> str:
    """Return a file by its full path, a volume by its name, the volume itself as nothing."""
    if given == volume:
        return ""
    path = Path(given)
    return str(path.resolve()) if given and path.is_file() else given


def _is_right(client: docker.DockerClient, volume: str) -> bool:
    if journal.read(client, volume) is not None or not exists(client, volume):
        return False
    labels = client.volumes.get(volume).attrs.get("Labels") or {}
    return bool(labels.get(conventions.LABEL_PROTECT) == conventions.PROTECTED)


def _what(spec: Environment, client: docker.DockerClient, volume: str, origin: str) -> str:
    kept = "what it holds now is kept in a volume of its own, " if exists(client, volume) else ""
    source = origin or "what it holds now"
    return (
        f"{spec.name} is stopped, {kept}volume {volume} is made anew from {source} and compared "
        "with it"
    )
