"""Stopping and removing a container."""

from typing import TYPE_CHECKING

from airgap.plugins.values import Properties

if TYPE_CHECKING:
    from docker import APIClient


def remove(client: "APIClient", container: str, state: Properties) -> None:
    """Stop `container` with the grace period that `state` records, then remove it.

    Without `destroyGraceSeconds` it is killed at once, as the official plugin does. Anonymous
    volumes go with it unless `removeVolumes` is false. A container that is gone is fine.
    """
    from docker.errors import APIError, NotFound  # noqa: PLC0415

    grace = state.get("destroyGraceSeconds") or 0
    volumes = state.get("removeVolumes", True) is not False
    try:
        if grace > 0:
            client.stop(container, timeout=grace)
        client.remove_container(container, v=volumes, force=True)
    except NotFound:
        return
    except APIError as error:
        # `--rm` removes it as well: somebody else is already at it.
        if "is already in progress" not in str(error):
            raise
        client.wait(container, condition="removed")
