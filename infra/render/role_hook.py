"""The hook before an application container is created: the database role follows its secret."""

import docker
import docker.errors
import pulumi

from guard.client import from_env
from guard.refusal import RefusedError
from infra.database_role import RoleError, settle

NAME = "ledgerflow-database-role-before-application"
"""Part of every stack's state, so it never changes."""


def database_role_hook(password: pulumi.Output[str]) -> pulumi.ResourceHook:
    """Register the hook; once in a program. It does not run in a preview."""

    async def settle_role(arguments: pulumi.ResourceHookArgs) -> None:
        del arguments
        value = await password.future()
        if value is not None:
            give_role(value)

    return pulumi.ResourceHook(NAME, settle_role, pulumi.ResourceHookOptions(on_dry_run=False))


def give_role(password: str) -> None:
    """Give the role its current password, or stop the container's creation with a RunError."""
    environment = pulumi.get_stack()
    try:
        client = from_env()
        try:
            if settle(client, environment, password):
                pulumi.log.info("the database role has its new password")
        finally:
            client.close()
    except (RoleError, RefusedError, docker.errors.DockerException) as error:
        raise pulumi.RunError(
            f"the password of the database role cannot be checked: {error}. "
            f"See that the database runs (make logs ENV={environment}), then make up again."
        ) from None
