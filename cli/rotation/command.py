"""The command behind ``make rotate``."""

from pathlib import Path
from typing import cast

import click

from cli.rotation.rotate import rotate as rotate_secret
from cli.workspace import Workspace
from infra.spec import SecretName

WORKSPACE = Workspace(Path(__file__).resolve().parents[2])


@click.command()
@click.argument("environment", default="dev")
@click.option("--secret", "name", default="", help="The secret's name, see docs/secrets.md.")
@click.option(
    "--config-file",
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    help="Configuration in another file than Pulumi.<environment>.yaml.",
)
def rotate(environment: str, name: str, config_file: Path | None) -> int:
    """Give a secret a new value on live data, and prove that the old one is refused."""
    return rotate_secret(WORKSPACE, environment, cast(SecretName, name), config_file)
