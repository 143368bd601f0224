"""A new value where the stack will find it: in its state, or in its configuration."""

import json
import secrets
import string
import subprocess

from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.rotation.source import SECRETS_KEY, Source
from infra.render.secrets import LENGTH
from infra.spec import SecretName

PASSWORD_TYPE = "random:index/randomPassword:RandomPassword"  # noqa: S105 - a type's name
LETTERS = string.ascii_letters + string.digits


def renew(pulumi: Pulumi, name: SecretName, source: Source) -> list[str]:
    """See to a new value; return what ``pulumi up`` must be told besides. Raises UserError.

    A generated one is made by the run itself, which replaces it in the state. For a configured
    one the value goes to ``pulumi config`` through a pipe and is encrypted there.
    """
    if source is Source.GENERATED:
        return ["--replace", generated_urn(json.loads(pulumi.read("stack", "export")), name)]
    _configure(pulumi, name, new_value())
    return []


def new_value() -> str:
    """Return letters and digits, as many as a generated secret has."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def generated_urn(exported: dict[str, dict[str, list[dict[str, str]]]], name: str) -> str:
    """Return the URN of the resource that generates ``name`` in an exported stack."""
    for resource in exported["deployment"].get("resources") or []:
        if resource["type"] == PASSWORD_TYPE and resource["urn"].endswith(f"::{name}"):
            return resource["urn"]
    raise UserError(f"the stack has not generated {name} yet", "run make up first")


def _configure(pulumi: Pulumi, name: SecretName, value: str) -> None:
    command = ["pulumi", "config", "set", "--secret", "--path", f"{SECRETS_KEY}.{name}"]
    command += ["--stack", pulumi.stack]
    if pulumi.config_file:
        command += ["--config-file", str(pulumi.config_file)]
    result = subprocess.run(
        command,
        env=pulumi.environment(),
        cwd=pulumi.workspace.repository,
        input=value,
        text=True,
        capture_output=True,
    )
    if result.returncode != 0:
        raise UserError(
            f"pulumi config set failed: {result.stderr.strip().replace(value, '[secret]')}",
            "when what it says is put right, run the same command again",
        )
