"""What only the application can do or say: sign in as its administrator, enter its database.

What is wanted goes as an argument, values through a pipe; each prints one line of JSON.
"""

import json

import docker

from cli.errors import UserError
from infra import conventions
from infra.execution import execute
from infra.spec import Environment, Service

APPLY_ADMIN = "apply-admin-password"
TRY_ADMIN_PASSWORDS = "try-admin-passwords"
TRY_DATABASE_PASSWORDS = "try-database-passwords"
"""What the application's command ``rotation`` does; it is one of the few that its lock knows."""


def run(
    spec: Environment, service: Service, client: docker.DockerClient, wanted: str, given: object
) -> list[bool]:
    """Have the application do ``wanted`` with ``given`` to read; return what it prints, decoded.

    Raises UserError with its last words.
    """
    container = client.containers.get(conventions.container_name(spec.name, service.name))
    command = ["python", "manage.py", "rotation", wanted]
    finished = execute(container, command, json.dumps(given))
    if finished.code != 0:
        raise UserError(
            f"{container.name} could not do its part: {_last_line(finished.errors)}",
            f"look into: make logs ENV={spec.name}; then run the same command again",
        )
    answers: list[bool] = json.loads(finished.output.strip().splitlines()[-1])
    return answers


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no message"
