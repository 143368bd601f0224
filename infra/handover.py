"""Hands a secret's next value to containers that run with the value of before.

A container's own files are of the day it was created. What it is handed lies beside them, in
``<file>-next`` with the same owner and mode, and goes with the container. The application tries it
when the value it started with is refused (``app/config/database``).
"""

import io
import tarfile
from contextlib import suppress

import docker
import docker.errors
from docker.models.containers import Container

from infra import conventions
from infra.services.common import SECRETS_FOLDER
from infra.spec import SecretName

SUFFIX = "-next"


def hand_over(
    client: docker.DockerClient, environment: str, name: SecretName, value: str
) -> list[str]:
    """Give ``value`` to every running container that has the secret; return their names.

    A container that goes away meanwhile is left out. Raises ``docker.errors.APIError``.
    """
    label = f"{conventions.LABEL_ENVIRONMENT}={environment}"
    given = []
    for container in client.containers.list(filters={"label": label}):
        with suppress(docker.errors.NotFound):
            if _put_beside(container, f"{SECRETS_FOLDER}/{name}", value):
                given.append(str(container.name))
    return given


def _put_beside(container: Container, path: str, value: str) -> bool:
    chunks, _ = container.get_archive(path)
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
        model = archive.getmembers()[0]
    entry = tarfile.TarInfo(f"{model.name}{SUFFIX}")
    content = value.encode()
    entry.size, entry.mode, entry.uid, entry.gid = len(content), model.mode, model.uid, model.gid
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.addfile(entry, io.BytesIO(content))
    return bool(container.put_archive(SECRETS_FOLDER, data.getvalue()))
