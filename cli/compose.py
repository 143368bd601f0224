"""``python -m cli compose``: an environment as a file for ``docker compose``."""

from pathlib import Path

import click

from cli import environments
from cli.errors import UserError
from cli.options import config_option, environment_argument
from cli.workspace import WORKSPACE
from infra.render.compose import compose_yaml


@click.command("compose")
@environment_argument
@config_option
def compose_command(environment: str, config_file: Path | None) -> int:
    """Print the same environment as a file for `docker compose`, for comparison."""
    spec = environments.load(WORKSPACE, environment, config_file)
    path = config_file or WORKSPACE.stack_file(environment)
    try:
        text = compose_yaml(spec, WORKSPACE.repository, environments.secrets(path))
    except KeyError as error:
        raise UserError(
            f"a compose file needs secret {error.args[0]} of {environment}, which {path.name} does "
            "not have in clear",
            "name an environment whose secrets stand in its file, such as dev",
        ) from None
    click.echo(text, nl=False)
    return 0
