"""Secrets in the stack's configuration, read and written through pipes, encrypted by Pulumi."""

import subprocess

from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.rotation.source import SECRETS_KEY
from infra.spec import SecretName


def read(pulumi: Pulumi, name: SecretName) -> str:
    """Return the value that the configuration has. Raises UserError."""
    return _config(pulumi, "get", name).rstrip("\n")


def write(pulumi: Pulumi, name: SecretName, value: str) -> None:
    """Put a value into the configuration, as a Pulumi secret. Raises UserError."""
    _config(pulumi, "set", name, "--secret", value=value)


def remove(pulumi: Pulumi, name: SecretName) -> None:
    """Take a secret out of the configuration. Raises UserError."""
    _config(pulumi, "rm", name)


def _config(
    pulumi: Pulumi, verb: str, name: SecretName, *arguments: str, value: str | None = None
) -> str:
    command = ["pulumi", "config", verb, *arguments, "--path", f"{SECRETS_KEY}.{name}"]
    command += ["--stack", pulumi.stack]
    if pulumi.config_file:
        command += ["--config-file", str(pulumi.config_file)]
    result = subprocess.run(
        command,
        env=pulumi.environment(),
        cwd=pulumi.workspace.repository,
        input=value or "",
        text=True,
        capture_output=True,
    )
    if result.returncode != 0:
        words = result.stderr.strip()
        raise UserError(
            f"pulumi config {verb} failed: {words.replace(value, '[secret]') if value else words}",
            "when what it says is put right, run the same command again",
        )
    return result.stdout
