"""The commands behind ``make backup`` and its like."""

import json
from pathlib import Path

import click

from cli.backup import launch, stack
from cli.errors import EXIT_ERROR
from cli.workspace import Workspace
from infra.backup_gate import backup_status
from infra.services.backup import Reach

WORKSPACE = Workspace(Path(__file__).resolve().parents[2])

environment_argument = click.argument("environment", default="dev")
json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")
file_argument = click.option("--file", "name", default="", help="A backup by its id or a file.")
config_option = click.option(
    "--config-file",
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    help="Configuration in another file than Pulumi.<environment>.yaml.",
)


@click.command("backup")
@environment_argument
@config_option
@json_option
@click.option("--kind", type=click.Choice(["db", "full"]), default="db", show_default=True)
@click.option("--emergency", is_flag=True, help="Full, of what is left, whatever is broken.")
def make_backup(
    environment: str, config_file: Path | None, as_json: bool, kind: str, emergency: bool
) -> int:
    """Make a backup and prove it by a restore."""
    reason = "emergency" if emergency else "manual"
    arguments = (kind, "--reason", reason, *_json(as_json))
    of = launch.target(WORKSPACE, environment, config_file)
    return launch.run(of, arguments, Reach.READS, with_context=kind == "full")


@click.command("backups")
@environment_argument
@json_option
def list_backups(environment: str, as_json: bool) -> int:
    """List the backups of an environment: age, size, proof."""
    return _on_archive(environment, "list", *_json(as_json))


@click.command("backup-check")
@environment_argument
@json_option
@file_argument
def check_backups(environment: str, as_json: bool, name: str) -> int:
    """Read backups to their ends and compare every checksum; all of them, or one."""
    return _on_archive(environment, "check", *_only(name), *_json(as_json))


@click.command("backup-prove")
@environment_argument
@json_option
@file_argument
def prove_backup(environment: str, as_json: bool, name: str) -> int:
    """Restore a backup into a scratch server and compare it with its manifest."""
    return _on_archive(environment, "prove", *_only(name), *_json(as_json))


@click.command("prune")
@environment_argument
@json_option
@click.option("--dry-run", is_flag=True, help="Only say what would go, and why.")
def prune(environment: str, as_json: bool, dry_run: bool) -> int:
    """Remove what newer proven backups make redundant."""
    return _on_archive(environment, "prune", *(["--dry-run"] if dry_run else []), *_json(as_json))


@click.command("backup-status")
@environment_argument
@json_option
@click.option("--require-fresh", is_flag=True, help="Exit code 1 without a fresh proven backup.")
def show_backup_status(environment: str, as_json: bool, require_fresh: bool) -> int:
    """Tell whether there is a fresh, proven backup; needs no Docker."""
    status = backup_status(environment, WORKSPACE.repository)
    if as_json:
        click.echo(json.dumps(status.as_data(), indent=2))
    else:
        click.echo(f"{environment}: {'verified' if status.verified else 'NO'}: {status.reason}")
    return EXIT_ERROR if require_fresh and not status.verified else 0


@click.command("backup-up")
@environment_argument
@config_option
def start_schedule(environment: str, config_file: Path | None) -> int:
    """Keep backups going: hourly, daily, drills; the stack <environment>-backup."""
    return stack.up(WORKSPACE, environment, config_file)


@click.command("backup-down")
@environment_argument
def stop_schedule(environment: str) -> int:
    """Stop the schedule; every backup stays."""
    return stack.down(WORKSPACE, environment)


COMMANDS: tuple[click.Command, ...] = (
    make_backup,
    list_backups,
    check_backups,
    prove_backup,
    prune,
    show_backup_status,
    start_schedule,
    stop_schedule,
)


def _on_archive(environment: str, *arguments: str) -> int:
    return launch.run(launch.target(WORKSPACE, environment), arguments, Reach.ARCHIVE)


def _only(name: str) -> list[str]:
    return [Path(name).name] if name else []


def _json(as_json: bool) -> list[str]:
    return ["--json"] if as_json else []
