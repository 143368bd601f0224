"""Keeps the database role's password equal to the one that its clients are given.

PostgreSQL is given no password of ours: it begins with a random one and keeps a verifier of its
own. So the role has to follow the secret, at the first start, after a rotation, and where a volume
is older than the secret.

Invariant: an application container is created only after the role has the password that the
container is given. So it does not matter where a rotation was interrupted: the next ``pulumi up``
goes on with it. Application containers that still run with the password of before are handed the
new one first (:mod:`infra.handover`), so that none is locked out in between.
"""

import io
import tarfile

import docker
import docker.errors
from docker.models.containers import Container

from infra import conventions, handover, scram
from infra.execution import Finished, execute
from infra.services import postgres

LOCK = 5_741_202_604
"""Advisory lock under which the role is changed: two at once would fail each other."""
SHOW = "select rolpassword from pg_authid where rolname = current_user;"
CHANGE = """\
set log_statement = 'none';
set log_min_duration_statement = -1;
begin;
select pg_advisory_xact_lock({lock});
alter role current_user password '{verifier}';
commit;
"""


class RoleError(Exception):
    """The role's password could not be read or changed; the message holds no secret."""


def settle(client: docker.DockerClient, environment: str, password: str) -> bool:
    """Give the role ``password``; tell whether it had another.

    The password stays in this process: the server is asked for its verifier and is sent a new
    one, through the socket in its container, so that neither a log, a command line nor
    ``pg_stat_activity`` shows it. Sessions that are open stay open. Raises RoleError.
    """
    try:
        container = client.containers.get(conventions.container_name(environment, postgres.NAME))
        if scram.matches(password, stored_verifier(container)):
            return False
        handover.hand_over(client, environment, postgres.PASSWORD, password)
        _sql(container, CHANGE.format(lock=LOCK, verifier=scram.verifier(password)))
    except docker.errors.DockerException as error:
        raise RoleError(f"the database's container cannot be asked: {error}") from None
    return True


def stored_verifier(container: Container) -> str:
    """Return what the server keeps of the role's password. Raises RoleError."""
    return _sql(container, SHOW).output.strip()


def read_file(container: Container, path: str) -> str:
    """Return a text file of a container, asked of the daemon, whoever may read it in there.

    Raises ``docker.errors.NotFound`` when the container has no such file.
    """
    chunks, _ = container.get_archive(path)
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
        file = archive.extractfile(archive.getmembers()[0])
        return file.read().decode() if file else ""


def _sql(container: Container, script: str) -> Finished:
    command = [
        "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--no-password",
        "--set=ON_ERROR_STOP=1", f"--username={postgres.USER}", f"--dbname={postgres.DATABASE}",
    ]  # fmt: skip
    finished = execute(container, command, script)
    if finished.code != 0:
        # the server repeats no statement of ours at psql's default verbosity but the first line
        words = scram.VERIFIER.sub("[verifier]", finished.errors.strip())
        raise RoleError(f"psql in {container.name} ended with {finished.code}: {words}")
    return finished
