"""What the program itself asks the Docker daemon: which labels a volume has."""

from collections.abc import Mapping

import docker
import docker.errors

VolumeLabels = Mapping[str, str] | None
"""The labels of a volume, or None when there is no such volume."""


class DaemonError(Exception):
    """The daemon does not answer."""


def volume_labels(name: str) -> VolumeLabels:
    """Return the labels of the volume called ``name`` on the daemon of the environment.

    Raises DaemonError when the daemon cannot be asked.
    """
    try:
        client = docker.from_env()
        try:
            return dict(client.volumes.get(name).attrs.get("Labels") or {})
        finally:
            client.close()
    except docker.errors.NotFound:
        return None
    except docker.errors.DockerException as error:
        raise DaemonError(f"the Docker daemon does not answer: {error}") from error
