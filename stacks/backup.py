"""The stack ``<environment>-backup``: what keeps an environment's backups going.

A stack of its own, so that destroying the environment leaves its backups and their schedule alone.
What it needs of the environment it reads from that stack's file and outputs.
"""

from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import config

from infra.archive import ArchiveFolderError, host, prepared_host
from infra.backup_settings import BackupSettings, environment_of
from infra.configuration import ConfigurationError, from_file, from_strings
from infra.outputs import DATABASE_PASSWORD_OUTPUT
from infra.render.backup import DockerBackup
from infra.services import postgres
from infra.services.backup import Host, backup_environment
from infra.settings import Settings, SettingsError
from stacks.environment import stack_outputs

REPOSITORY = Path(__file__).resolve().parents[1]
COMMAND = ("schedule",)


def provision() -> None:
    """Register the resources of the current backup stack.

    Raises pulumi.RunError, which Pulumi shows without a traceback, when the configuration has
    mistakes, the archive cannot be written, or the environment was never up.
    """
    stack = pulumi.get_stack()
    environment = environment_of(stack)
    if environment is None:
        raise pulumi.RunError(f"{stack} is no backup stack: their names end in -backup")
    try:
        own = BackupSettings.parse(environment, from_strings(config.CONFIG.get()))
        settings = Settings.parse(environment, from_file(REPOSITORY / f"Pulumi.{environment}.yaml"))
        place = _place(own)
    except (SettingsError, ConfigurationError) as error:
        raise pulumi.RunError(str(error)) from None
    except ArchiveFolderError as error:
        raise pulumi.RunError(f"{error.what}\n  -> {error.remedy}") from None
    outputs = stack_outputs(environment)
    built = DockerBackup(
        backup_environment(settings, own, place, COMMAND),
        stack=stack,
        repository=REPOSITORY,
        secrets={
            postgres.PASSWORD: pulumi.Output.secret(
                outputs.apply(lambda found: _password(environment, found))
            ),
            **{
                name: pulumi.Output.secret(value.get_secret_value())
                for name, value in own.secrets.items()
            },
        },
        run_now=own.run_now,
    )
    pulumi.export("environment", environment)
    pulumi.export("container", built.container.name)
    pulumi.export("archive", str(place.archive))
    pulumi.export("schedule", own.schedule.model_dump())
    pulumi.export("timeZone", own.time_zone)


def _place(own: BackupSettings) -> Host:
    """Return the folders on this machine; only a run that is no preview makes them."""
    find = host if pulumi.runtime.is_dry_run() else prepared_host
    return find(REPOSITORY, own)


def _password(environment: str, outputs: dict[str, Any]) -> str:
    password = outputs.get(DATABASE_PASSWORD_OUTPUT)
    if not password:
        raise pulumi.RunError(
            f"environment {environment} is not up, so there is nothing to back up\n"
            f"  -> make up ENV={environment}"
        )
    return str(password)
