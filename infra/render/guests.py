"""Containers of other stacks on an environment's networks: its backup's is the one there is.

Docker removes no network that a container is on, and a container does not follow its network when
that is made again under the same name. So an environment that goes sends its guests off its
networks first, and takes them back when it returns; nobody has to touch the other stack.
"""

from pathlib import Path
from typing import Any

import docker
import docker.errors
import pulumi
from docker.models.containers import Container

from guard.client import from_env
from guard.refusal import RefusedError
from infra import conventions
from infra.archive import settings_of
from infra.backup_settings import stack_name
from infra.configuration import ConfigurationError
from infra.services import backup
from infra.settings import SettingsError

REPOSITORY = Path(__file__).resolve().parents[2]
LEAVE = "ledgerflow-guests-leave-network"
JOIN = "ledgerflow-guests-join-network"
"""Both are part of every stack's state, so they never change."""


def guest_hooks() -> tuple[pulumi.ResourceHook, pulumi.ResourceHook]:
    """Register the hooks of networks, before their deletion and after their creation."""
    options = pulumi.ResourceHookOptions(on_dry_run=False)
    return (
        pulumi.ResourceHook(LEAVE, leave, options),
        pulumi.ResourceHook(JOIN, join, options),
    )


def leave(arguments: pulumi.ResourceHookArgs) -> None:
    """Take the backup's containers off the network; what cannot be asked is left to the plugin."""
    name = str((arguments.old_outputs or {}).get("name", ""))
    client = from_env()
    try:
        network = client.networks.get(name)
        for container in _guests(client, pulumi.get_stack()):
            if name in container.attrs["NetworkSettings"]["Networks"]:
                network.disconnect(container, force=True)
    except docker.errors.NotFound:
        return
    except (RefusedError, docker.errors.DockerException) as error:
        pulumi.log.warn(f"the backup may still be on network {name}: {error}")
    finally:
        client.close()


def join(arguments: pulumi.ResourceHookArgs) -> None:
    """Put the backup's container on the network again, if it belongs there."""
    environment = pulumi.get_stack()
    name = str((arguments.new_outputs or {}).get("name", ""))
    client = from_env()
    try:
        if name not in _wanted(environment):
            return
        network = client.networks.get(name)
        for container in _guests(client, environment):
            if name not in container.attrs["NetworkSettings"]["Networks"]:
                network.connect(container, aliases=[backup.NAME])
    except (RefusedError, docker.errors.DockerException) as error:
        pulumi.log.warn(
            f"the backup is not on network {name}: {error}; make backup-up ENV={environment}"
        )
    finally:
        client.close()


def _wanted(environment: str) -> set[str]:
    try:
        own = settings_of(REPOSITORY, environment)
    except (SettingsError, ConfigurationError):
        return set()
    return {conventions.network_name(environment, n) for n in backup.networks(own)}


def _guests(client: docker.DockerClient, environment: str) -> list[Container]:
    filters: dict[str, Any] = {"label": f"{conventions.LABEL_STACK}={stack_name(environment)}"}
    return list(client.containers.list(all=True, filters=filters))
