"""``make drift`` and ``make reconcile``."""

import time
from pathlib import Path

import click

from cli.drift import look, report
from cli.drift import reconcile as reconciliation
from cli.errors import EXIT_CHANGES
from cli.workspace import Workspace

WORKSPACE = Workspace(Path(__file__).resolve().parents[2])

_environment = click.argument("environment", default="dev")
_config_file = click.option(
    "--config-file",
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    help="Configuration in another file than Pulumi.<environment>.yaml.",
)
_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.command()
@_environment
@_config_file
@_json
def drift(environment: str, config_file: Path | None, as_json: bool) -> int:
    """Compare what runs with the spec; exit code 2 when something differs."""
    started = time.monotonic()
    found = look.differences(WORKSPACE, environment, config_file)
    text = report.as_json if as_json else report.as_text
    click.echo(text(environment, found, time.monotonic() - started))
    return EXIT_CHANGES if found else 0


@click.command()
@_environment
@_config_file
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
