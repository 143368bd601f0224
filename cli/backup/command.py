"""The commands behind ``make backup`` and its like."""

import json
import os
from pathlib import Path
from typing import Any

import click

from cli import engine
from cli.backup import emergency as in_emergency
from cli.backup import keys, launch, restoring, stack
from cli.backup.launch import Extras
from cli.confirmation import answer_option, confirm, confirm_where_locked
from cli.errors import EXIT_ERROR, UserError
from cli.options import config_option, environment_argument, json_option
from cli.workspace import WORKSPACE
from infra.backup_gate import backup_status
from infra.services.backup import Reach

PRUNED = "backups of {environment} that newer proven ones make redundant go from {place} for good"
OFFSITE = ("push", "list", "pull", "verify", "prune")

file_argument = click.option("--file", "name", default="", help="A backup by its id or a file.")
identity_option = click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    help="File with the private key of encrypted backups.",
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
    kind = "full" if emergency else kind
    arguments = (kind, "--reason", reason, *_json(as_json))
    of = launch.target(WORKSPACE, environment, config_file)
    if emergency and not launch.is_up(of, engine.ensure(os.environ)):
        return in_emergency.run(of, arguments)
    return launch.run(of, arguments, Reach.READS, Extras(with_context=kind == "full"))


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
@identity_option
def prove_backup(environment: str, as_json: bool, name: str, identity: Path | None) -> int:
    """Restore a backup into a scratch server and compare it with its manifest."""
    words = ("prove", *_only(name), *_json(as_json))
    return _on_archive(environment, *words, identity=identity)


@click.command("drill")
@environment_argument
@json_option
@identity_option
def drill(environment: str, as_json: bool, identity: Path | None) -> int:
    """Restore the newest and the oldest proven backups as they lie there, and record it."""
    return _on_archive(environment, "drill", *_json(as_json), identity=identity)


@click.command("restore")
@environment_argument
@json_option
@file_argument
@identity_option
@click.option("--into", default="", help="Another environment than the backup's own.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted restore.")
@click.option("--unproven", is_flag=True, help="Take a backup without a proof, knowingly.")
@click.option("--no-safety-backup", is_flag=True, help="When what is there cannot be backed up.")
@answer_option
def restore_backup(environment: str, **wanted: Any) -> int:  # noqa: ANN401 - as click has them
    """Restore a backup; what is there stays until the restored data is verified."""
    return restoring.restore(WORKSPACE, environment, restoring.Wanted(**wanted))


@click.command("restores")
@environment_argument
@json_option
@click.option("--undo", default="", help="Bring back what was before this restore.")
@click.option("--discard", default="", help="Let go of what was before this restore.")
@answer_option
def show_restores(environment: str, as_json: bool, **wanted: str) -> int:
    """List what restores have set aside; bring it back, or let go of it."""
    return restoring.restores(WORKSPACE, environment, restoring.Before(**wanted), _json(as_json))


@click.command("prune")
@environment_argument
@json_option
@click.option("--dry-run", is_flag=True, help="Only say what would go, and why.")
@answer_option
def prune(environment: str, as_json: bool, dry_run: bool, answer: str) -> int:
    """Remove what newer proven backups make redundant."""
    if not dry_run:
        confirm(environment, PRUNED.format(environment=environment, place="the archive"), answer)
    return _on_archive(environment, "prune", *(["--dry-run"] if dry_run else []), *_json(as_json))


@click.command("offsite")
@environment_argument
@json_option
@file_argument
@click.option("--do", "action", type=click.Choice(OFFSITE), default="list")
@answer_option
def offsite(environment: str, as_json: bool, name: str, action: str, answer: str) -> int:
    """Copy backups to the off-site store, list what it has, or bring one back."""
    of = launch.target(WORKSPACE, environment)
    if of.own.offsite is None:
        raise UserError(
            f"the backups of {environment} have no off-site store",
            "set backup:offsite and backup:secrets (docs/backup/off-site.md)",
        )
    if action == "prune":
        place = "the off-site store"
        confirm(environment, PRUNED.format(environment=environment, place=place), answer)
    return launch.run(of, ("offsite", action, *_only(name), *_json(as_json)), Reach.STORE)


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
@answer_option
def stop_schedule(environment: str, answer: str) -> int:
    """Stop the schedule; every backup stays."""
    what = f"{environment} gets no more backups until make backup-up; those that exist stay"
    confirm_where_locked(environment, what, answer)
    return stack.down(WORKSPACE, environment)


@click.command("backup-tool", context_settings={"ignore_unknown_options": True})
@environment_argument
@answer_option
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def run_tool(environment: str, words: tuple[str, ...], answer: str) -> int:
    """Run any command of ledgerflow-backup on the archive, such as pin; without a network."""
    if {"prune", "unpin"} & set(words) and "--dry-run" not in words:
        confirm(environment, PRUNED.format(environment=environment, place="the archive"), answer)
    return _on_archive(environment, *words)


def _on_archive(environment: str, *arguments: str, identity: Path | None = None) -> int:
    of = launch.target(WORKSPACE, environment)
    key = keys.from_file(identity) if identity is not None else None
    return launch.run(of, arguments, Reach.ARCHIVE, Extras(key=key))


def _only(name: str) -> list[str]:
    return [Path(name).name] if name else []


def _json(as_json: bool) -> list[str]:
    return ["--json"] if as_json else []
