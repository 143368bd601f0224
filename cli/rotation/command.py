"""The command behind ``make rotate``."""

from pathlib import Path
from typing import cast

import click

from cli.options import config_option, environment_argument
from cli.rotation.rotate import rotate as rotate_secret
from cli.workspace import WORKSPACE
from infra.spec import SecretName


@click.command()
@environment_argument
@click.option("--secret", "name", default="", help="The secret's name, see docs/secrets.md.")
@config_option
def rotate(environment: str, name: str, config_file: Path | None) -> int:
    """Give a secret a new value on live data, and prove that the old one is refused."""
    return rotate_secret(WORKSPACE, environment, cast(SecretName, name), config_file)
