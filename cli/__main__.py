"""The commands behind the make targets: ``python -m cli up dev``."""

import sys
import traceback
from pathlib import Path
from types import MappingProxyType
from typing import Final

import click

from cli.errors import EXIT_DEFECT, EXIT_ERROR, EXIT_INTERRUPTED, UserError
from cli.lazy import LazyGroup
from cli.workspace import WORKSPACE
from guard.refusal import RefusedError

PLACES: Final = MappingProxyType(
    {
        "up": "cli.up:up_command",
        "machine": "cli.up:machine_command",
        "down": "cli.down:down_command",
        "status": "cli.status:status_command",
        "logs": "cli.logs:logs_command",
        "migrate": "cli.migrations:migrate_command",
        "demo": "cli.demo:demo",
        "preview": "cli.report.command:preview_command",
        "policy": "cli.policy:policy_command",
        "drift": "cli.drift.command:drift",
        "reconcile": "cli.drift.command:reconcile",
        "rotate": "cli.rotation.command:rotate",
        "volume-recreate": "cli.volumes.command:volume_recreate",
        "backup": "cli.backup.command:make_backup",
        "backups": "cli.backup.command:list_backups",
        "backup-check": "cli.backup.command:check_backups",
        "backup-prove": "cli.backup.command:prove_backup",
        "backup-status": "cli.backup.command:show_backup_status",
        "backup-tool": "cli.backup.command:run_tool",
        "backup-up": "cli.backup.command:start_schedule",
        "backup-down": "cli.backup.command:stop_schedule",
        "drill": "cli.backup.command:drill",
        "restore": "cli.backup.command:restore_backup",
        "restores": "cli.backup.command:show_restores",
        "prune": "cli.backup.command:prune",
        "offsite": "cli.backup.command:offsite",
        "env": "cli.env:env_command",
        "env-file": "cli.env_file:env_file",
        "images-lock": "cli.images_lock:images_lock",
        "spec": "cli.spec:spec_command",
        "compose": "cli.compose:compose_command",
    }
)
"""Where each command is; its module is imported when it is asked for."""


@click.group(cls=LazyGroup, places=PLACES)
def commands() -> None:
    """Run LedgerFlow's environments on this machine."""


def main() -> int:
    """Run a command and turn what went wrong into a message and an exit code."""
    try:
        return int(commands.main(prog_name="make", standalone_mode=False) or 0)
    except (UserError, RefusedError) as error:
        print(f"error: {error.what}\n  -> {error.remedy}", file=sys.stderr)
        return EXIT_ERROR
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        print("interrupted; run the same command again to go on", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return EXIT_ERROR
    except Exception:  # the last resort of the program: a defect is said to be one
        report = _save_report(traceback.format_exc())
        print(f"error: this is a defect of LedgerFlow; report it with {report}", file=sys.stderr)
        return EXIT_DEFECT


def _save_report(text: str) -> Path:
    path = WORKSPACE.state / "defect.log"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"python {sys.version}\narguments {sys.argv[1:]}\n\n{text}")
    return path


if __name__ == "__main__":
    sys.exit(main())
