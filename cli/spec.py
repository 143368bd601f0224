"""``python -m cli spec``: an environment's spec, for programs and for comparison."""

from pathlib import Path

import click

from cli import environments
from cli.options import config_option, environment_argument
from cli.workspace import WORKSPACE


@click.command("spec")
@environment_argument
@config_option
def spec_command(environment: str, config_file: Path | None) -> int:
    """Print the environment's spec as JSON; it needs neither Pulumi nor Docker."""
    spec = environments.load(WORKSPACE, environment, config_file)
    click.echo(spec.model_dump_json(indent=2, exclude_defaults=True))
    return 0
