"""The arguments that commands have in common."""

from pathlib import Path

import click

environment_argument = click.argument("environment", default="dev")
config_option = click.option(
    "--config-file",
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    help="Configuration in another file than Pulumi.<environment>.yaml.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")
