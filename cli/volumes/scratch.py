"""A PostgreSQL server of the environment's own version on a volume, reached by nobody else."""

import io
import secrets
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import docker
import docker.errors
from docker.models.containers import Container

from cli.errors import UserError
from cli.volumes import rows
from infra.execution import Finished, execute
from infra.services import postgres
from infra.spec import Environment, RegistryImage, VolumeMount

PASSWORD_VARIABLE = "POSTGRES_PASSWORD_FILE"  # noqa: S105 - a variable's name
PASSWORD_FILE = "/run/initial-password"  # noqa: S105 - a path
READY = ["pg_isready", "-q", "-h", "127.0.0.1", "-U", postgres.USER, "-d", postgres.DATABASE]
POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Server:
    """A running scratch server."""

    container: Container

    def psql(self, script: str, database: str = postgres.DATABASE) -> str:
        """Run SQL that holds no secret and return what it prints; raise UserError."""
        command = [
            "psql", "-X", "-q", "-A", "-t", "-F", "\t", "-w", "-v", "ON_ERROR_STOP=1",
            "-U", postgres.USER, "-d", database,
        ]  # fmt: skip
        return checked(execute(self.container, command, script), "reading the tables").output

    def rows(self) -> rows.Rows:
        """Return what every table of every database holds, by reading all of it."""
        found: rows.Rows = {}
        for database in self.psql(rows.DATABASES).split():
            found.update(rows.parse(database, self.psql(rows.script(), database)))
        return found


def checked(finished: Finished, what: str) -> Finished:
    """Return what a program left; raise UserError when it failed."""
    if finished.code != 0:
        lines = finished.errors.strip().splitlines() or finished.output.strip().splitlines()
        raise UserError(
            f"{what} failed: {' / '.join(lines[:3]) or f'exit code {finished.code}'}",
            "the volume in use was not touched; put that right and run the same command again",
        )
    return finished


@contextmanager
def server(
    client: docker.DockerClient, spec: Environment, volume: str, *, initialise: bool = False
) -> Iterator[Server]:
    """Run a server on ``volume`` and stop it cleanly.

    Only with ``initialise`` an empty volume is given a database; the first password of its role
    is a random one that nobody knows, because the next ``make up`` sets the real one. Raises
    UserError when the server does not start or does not stop cleanly.
    """
    service = spec.service(postgres.NAME)
    container = _create(client, spec, volume, initialise=initialise)
    if initialise:
        container.put_archive("/", _password_archive())
    try:
        container.start()
        _wait(container, service.health.patience)
        yield Server(container)
        container.stop(timeout=service.stop_grace)
        container.reload()
        if container.attrs["State"]["ExitCode"] != 0:
            raise UserError(
                f"the scratch server on {volume} did not stop cleanly", "run the command again"
            )
    finally:
        with suppress(docker.errors.NotFound):
            container.stop(timeout=service.stop_grace)
            container.remove(force=True, v=True)


def _create(
    client: docker.DockerClient, spec: Environment, volume: str, *, initialise: bool
) -> Container:
    service = spec.service(postgres.NAME)
    data = next(m for m in service.mounts if isinstance(m, VolumeMount))
    name = f"{volume}_server"
    with suppress(docker.errors.NotFound):  # left over by a run that was killed
        client.containers.get(name).stop(timeout=service.stop_grace)
        client.containers.get(name).remove(force=True, v=True)
    variables = {k: v for k, v in service.environment.items() if k != PASSWORD_VARIABLE}
    if initialise:
        variables[PASSWORD_VARIABLE] = PASSWORD_FILE
    return client.containers.create(
        image(spec),
        ["postgres", "-c", "autovacuum=off"],
        name=name,
        user=service.user,
        network_mode="none",
        cap_drop=["ALL"],
        cap_add=list(service.capabilities),
        security_opt=["no-new-privileges:true"],
        mem_limit=f"{service.limits.memory_mib}m",
        shm_size=f"{service.shared_memory_mib}m",
        stop_signal=service.stop_signal,
        environment=variables,
        volumes={volume: {"bind": data.path, "mode": "rw"}},
    )


def image(spec: Environment) -> str:
    """Return the reference of the environment's own PostgreSQL image."""
    found = spec.service(postgres.NAME).image
    if not isinstance(found, RegistryImage):
        raise TypeError("PostgreSQL's image is one that a registry offers")
    return found.reference


def _password_archive() -> bytes:
    content = secrets.token_urlsafe(32).encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo(PASSWORD_FILE.lstrip("/"))
        entry.size, entry.mode = len(content), 0o444
        tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def _wait(container: Container, patience: int) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        container.reload()
        if container.status not in ("created", "running"):
            break
        with suppress(docker.errors.APIError):
            if execute(container, READY).code == 0:
                return
        time.sleep(POLL_SECONDS)
    lines = container.logs(tail=3).decode(errors="replace").strip().replace("\n", " / ")
    raise UserError(
        f"PostgreSQL does not start on a copy of this data: {lines}",
        "choose another source: FROM=<backup file>, or the name of a kept volume",
    )
