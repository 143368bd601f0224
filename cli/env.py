"""``make env``: the variables by which this clone's stacks are found, for a shell."""

import os
import shlex

import click

from cli.workspace import WORKSPACE


@click.command("env")
def env_command() -> int:
    """Print shell lines after which `pulumi` works by hand: eval "$(make -s env)"."""
    for name, value in WORKSPACE.variables(os.environ).items():
        click.echo(f"export {name}={shlex.quote(value)}")
    return 0
