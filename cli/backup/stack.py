"""``make backup-up`` and ``make backup-down``: the stack that keeps backups going."""

import os
from pathlib import Path

from cli import engine, ui
from cli import up as up_command
from cli.backup import launch
from cli.deploy import check
from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.report.planning import packs, plan
from cli.workspace import Workspace
from infra.backup_settings import stack_name
from infra.services.backup import Reach, backup_environment


def up(workspace: Workspace, environment: str, config_file: Path | None = None) -> int:
    """Run the schedule of an environment's backups and return the exit code; raise UserError."""
    of = launch.target(workspace, environment, config_file)
    client = engine.ensure(os.environ)
    launch.require_environment(of, client)
    spec = backup_environment(of.settings, of.own, of.host, ("schedule",), Reach.READS)
    up_command.prepare_machine(workspace, spec, client, os.environ)
    launch.write_context(of, client)
    pulumi = Pulumi(workspace, os.environ, stack_name(environment))
    pulumi.ensure_stack()
    pulumi.heal()
    rules = packs(workspace.repository)
    ui.step(f"Backups of {environment}: what would change, and what the rules say")
    check(plan(pulumi, *rules), pulumi.stack)
    ui.step(f"Backups of {environment}: pulumi up")
    return _ended(pulumi.run("up", "--yes", "--skip-preview", *rules), environment)


def down(workspace: Workspace, environment: str) -> int:
    """Stop the schedule; every backup stays. Return the exit code; raise UserError."""
    pulumi = Pulumi(workspace, os.environ, stack_name(environment))
    if not pulumi.has_resources():
        ui.step(f"Backups of {environment}: no schedule is up")
        return 0
    engine.ensure(os.environ)
    pulumi.heal()
    ui.step(f"Backups of {environment}: stopping the schedule; the archive stays")
    return _ended(pulumi.run("destroy", "--yes", "--skip-preview"), environment)


def follow(workspace: Workspace, environment: str, config_file: Path | None = None) -> None:
    """Bring a schedule that is up to what its environment has become; else do nothing.

    To be called when the environment has new secrets or images. Raises UserError.
    """
    if Pulumi(workspace, os.environ, stack_name(environment)).has_resources():
        up(workspace, environment, config_file)


def _ended(code: int, environment: str) -> int:
    if code != 0:
        raise UserError(
            f"pulumi ended with exit code {code}",
            f"put right what its message names; make backup-up ENV={environment} goes on with it",
        )
    return 0
