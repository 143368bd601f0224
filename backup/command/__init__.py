"""The console command `ledgerflow-backup`: each module here is one subcommand.

A module `abc_def` brings the subcommand `abc-def` as its `command`; it is imported when asked for.
"""

import importlib
import json
import pkgutil
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

import click

from backup.errors import EXIT_DEFECT, EXIT_INTERRUPTED, BackupError


class _Modules(click.Group):
    """Finds subcommands among the modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return their names, sorted."""
        names = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a subcommand, None when there is none of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


@click.group(cls=_Modules)
@click.option("--environment", help="Instead of LEDGERFLOW_BACKUP_ENVIRONMENT.")
@click.option(
    "--archive", type=click.Path(path_type=Path), help="Instead of LEDGERFLOW_BACKUP_ARCHIVE."
)
@click.pass_context
def group(context: click.Context, environment: str | None, archive: Path | None) -> None:
    """Back up, prove, restore. What a run is told stands in LEDGERFLOW_BACKUP_* variables."""
    context.obj = {"environment": environment, "archive": archive}


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code; see `backup.errors` for what each means."""
    signal.signal(signal.SIGTERM, _interrupt)
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = group.main(words, prog_name="ledgerflow-backup", standalone_mode=False)
    except BackupError as error:
        _say_error(error, as_json="--json" in words)
        return error.exit_code
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; what was begun is cleared away", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except Exception:  # a defect must not look like a backup
        traceback.print_exc()
        click.echo(
            "Error: this is a defect of LedgerFlow; please report what stands above", err=True
        )
        return EXIT_DEFECT
    return code if isinstance(code, int) else 0


def _say_error(error: BackupError, *, as_json: bool) -> None:
    if as_json:
        answer = {"error": error.code, "what": error.what, "remedy": error.remedy}
        click.echo(json.dumps(answer, sort_keys=True))
    click.echo(f"Error: {error.what}\n       {error.remedy}", err=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
