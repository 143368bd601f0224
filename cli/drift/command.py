"""``make drift`` and ``make reconcile``."""

import time
from pathlib import Path

import click

from cli.drift import look, report
from cli.drift import reconcile as reconciliation
from cli.errors import EXIT_CHANGES
from cli.options import config_option, environment_argument, json_option
from cli.workspace import WORKSPACE


@click.command()
@environment_argument
@config_option
@json_option
def drift(environment: str, config_file: Path | None, as_json: bool) -> int:
    """Compare what runs with the spec; exit code 2 when something differs."""
    started = time.monotonic()
    found = look.differences(WORKSPACE, environment, config_file)
    text = report.as_json if as_json else report.as_text
    click.echo(text(environment, found, time.monotonic() - started))
    return EXIT_CHANGES if found else 0


@click.command()
@environment_argument
@config_option
@click.option(
    "--policy-pack",
    "policy_packs",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, resolve_path=True),
    help="Rules that the change must keep; may be repeated.",
)
def reconcile(environment: str, config_file: Path | None, policy_packs: tuple[Path, ...]) -> int:
    """Bring what runs back to the spec; exit code 2 when something is left for a person."""
    started = time.monotonic()
    left = reconciliation.reconcile(WORKSPACE, environment, config_file, policy_packs)
    click.echo(report.as_text(environment, left, time.monotonic() - started))
    return EXIT_CHANGES if left else 0
