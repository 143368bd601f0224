"""From the name of an environment to its spec, for the commands that need no Pulumi."""

from pathlib import Path

from cli.errors import UserError
from cli.workspace import Workspace
from infra.backup_settings import environment_of
from infra.configuration import ConfigurationError, from_file
from infra.environment import environment
from infra.settings import Settings, SettingsError
from infra.spec import Environment, SecretName


def load(workspace: Workspace, name: str, config_file: Path | None = None) -> Environment:
    """Return the spec of the environment called ``name``; raise UserError on any mistake."""
    path = config_file or workspace.stack_file(name)
    try:
        return environment(Settings.parse(name, from_file(path)))
    except ConfigurationError as error:
        if path.is_file():
            raise UserError(str(error), f"correct {path.name}; nothing was changed") from None
        known = sorted(
            name
            for file in workspace.repository.glob("Pulumi.*.yaml")
            if environment_of(name := file.name.removeprefix("Pulumi.").removesuffix(".yaml"))
            is None
        )
        raise UserError(
            str(error), f"use one of {', '.join(known)}, or write {path.name}"
        ) from None
    except SettingsError as error:
        raise UserError(str(error), f"correct them in {path.name}; nothing was changed") from None


def secrets(path: Path) -> dict[SecretName, str]:
    """Return the secrets of a stack's file that stand in it in clear, as those of dev do."""
    name = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    settings = Settings.parse(name, from_file(path))
    return {key: value.get_secret_value() for key, value in settings.secrets.items()}
