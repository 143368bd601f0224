"""The commands behind the make targets: ``python -m cli up dev``."""

import json
import os
import shlex
import sys
import traceback
from pathlib import Path

import click

from cli import down as down_command
from cli import engine, environments, logs, migrations, status
from cli import up as up_command
from cli.backup.command import COMMANDS as BACKUP_COMMANDS
from cli.confirmation import answer_option, confirm_where_locked
from cli.demo import demo
from cli.drift.command import drift, reconcile
from cli.env_file import env_file
from cli.errors import EXIT_DEFECT, EXIT_ERROR, EXIT_INTERRUPTED, UserError
from cli.images_lock import images_lock
from cli.options import config_option, environment_argument, json_option
from cli.policy import policy_command
from cli.report.command import preview_command
from cli.rotation.command import rotate
from cli.volumes.command import volume_recreate
from cli.workspace import WORKSPACE
from guard.refusal import RefusedError
from infra.render.compose import compose_yaml


@click.group()
def commands() -> None:
    """Run LedgerFlow's environments on this machine."""


@commands.command()
@environment_argument
@config_option
def up(environment: str, config_file: Path | None) -> int:
    """Bring the environment up, setting this machine up first where it is needed."""
    return up_command.up(WORKSPACE, environment, config_file)


@commands.command()
@environment_argument
@config_option
def machine(environment: str, config_file: Path | None) -> int:
    """Set this machine up for the environment, and create nothing of it."""
    spec = environments.load(WORKSPACE, environment, config_file)
    client = up_command.prepare_engine(WORKSPACE, spec, os.environ)
    up_command.prepare_machine(WORKSPACE, spec, client, os.environ)
    return 0


@commands.command()
@environment_argument
@config_option
@answer_option
def down(environment: str, config_file: Path | None, answer: str) -> int:
    """Stop the environment and remove its containers; all data stays."""
    what = f"{environment} is stopped, nobody reaches it until make up; all data stays"
    confirm_where_locked(environment, what, answer)
    return down_command.down(WORKSPACE, environment, config_file)


@commands.command("status")
@environment_argument
@config_option
@json_option
def show_status(environment: str, config_file: Path | None, as_json: bool) -> int:
    """Show each service's health, address and image; exit code 1 unless all are healthy."""
    spec = environments.load(WORKSPACE, environment, config_file)
    client = engine.running()
    statuses = status.services(spec, client)
    text = json.dumps(status.as_data(statuses), indent=2) if as_json else status.as_table(statuses)
    click.echo(text)
    return 0 if all(s.state == status.HEALTHY for s in statuses) else EXIT_ERROR


@commands.command("logs")
@environment_argument
@config_option
@click.option("--service", multiple=True, help="Only this one; may be repeated.")
@click.option("--follow/--no-follow", default=False, help="Go on with new lines.")
@click.option("--tail", default=100, show_default=True, help="Lines of each service to begin with.")
def show_logs(
    environment: str, config_file: Path | None, service: tuple[str, ...], follow: bool, tail: int
) -> int:
    """Show the containers' logs."""
    spec = environments.load(WORKSPACE, environment, config_file)
    known = [s.name for s in spec.services]
    unknown = sorted(set(service) - set(known))
    if unknown:
        raise UserError(
            f"{environment} has no service {', '.join(unknown)}", f"known are {', '.join(known)}"
        )
    width = max(map(len, known))
    chosen = list(service) or known
    for name, line in logs.lines(spec, engine.running(), chosen, follow=follow, tail=tail):
        click.echo(f"{name:<{width}} | {line}")
    return 0


@commands.command()
@environment_argument
@config_option
def migrate(environment: str, config_file: Path | None) -> int:
    """Apply waiting database migrations; needs a verified backup."""
    migrations.migrate(environments.load(WORKSPACE, environment, config_file), engine.running())
    return 0


@commands.command()
@environment_argument
@config_option
def spec(environment: str, config_file: Path | None) -> int:
    """Print the environment's spec as JSON; it needs neither Pulumi nor Docker."""
    loaded = environments.load(WORKSPACE, environment, config_file)
    click.echo(loaded.model_dump_json(indent=2, exclude_defaults=True))
    return 0


@commands.command()
@environment_argument
@config_option
def compose(environment: str, config_file: Path | None) -> int:
    """Print the same environment as a file for `docker compose`, for comparison."""
    loaded = environments.load(WORKSPACE, environment, config_file)
    path = config_file or WORKSPACE.stack_file(environment)
    try:
        text = compose_yaml(loaded, WORKSPACE.repository, environments.secrets(path))
    except KeyError as error:
        raise UserError(
            f"a compose file needs secret {error.args[0]} of {environment}, which {path.name} does "
            "not have in clear",
            "name an environment whose secrets stand in its file, such as dev",
        ) from None
    click.echo(text, nl=False)
    return 0


@commands.command()
def env() -> int:
    """Print shell lines after which `pulumi` works by hand: eval "$(make -s env)"."""
    for name, value in WORKSPACE.variables(os.environ).items():
        click.echo(f"export {name}={shlex.quote(value)}")
    return 0


commands.add_command(rotate)
commands.add_command(volume_recreate)


commands.add_command(demo)
commands.add_command(drift)
commands.add_command(env_file)
commands.add_command(images_lock)
commands.add_command(policy_command)
commands.add_command(preview_command)
commands.add_command(reconcile)
for backup_command in BACKUP_COMMANDS:
    commands.add_command(backup_command)


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
