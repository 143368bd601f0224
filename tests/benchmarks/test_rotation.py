"""How long a rotation of the database password of an environment like prod interrupts whom.

Prints medians of five. It asserts only that nothing was lost: machines differ.
"""

import docker
import pytest
from machine import Clone, printed
from ratios import RUNS, Timing, timed
from web_writer import WebWriter
from writer import Writer

from infra.database_role import read_file
from infra.services.common import secret_file

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

ADMINISTRATOR = "ada"
SLOTS = ("django-blue", "django-green")
CERTIFICATE = "/data/caddy/pki/authorities/local/root.crt"


@pytest.fixture(scope="module")
def daemon():
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture(scope="module")
def clone(repository, daemon, tmp_path_factory):
    fresh = Clone.of(repository, tmp_path_factory.mktemp("clone"), like="prod")
    fresh.configure(**{"ledgerflow:admin_username": ADMINISTRATOR})
    result = fresh.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    slot = daemon.containers.get(fresh.container(SLOTS[0]))
    assert slot.exec_run(["python", "manage.py", "ensure_admin"]).exit_code == 0
    yield fresh
    fresh.remove(daemon)


@pytest.fixture(scope="module")
def person(clone, daemon, tmp_path_factory):
    """Return a function that signs the administrator in."""
    caddy = daemon.containers.get(clone.container("caddy"))
    certificate = tmp_path_factory.mktemp("ca") / "root.crt"
    certificate.write_text(printed(caddy, "cat", CERTIFICATE))
    address = f"https://localhost:{clone.ports['public']}"
    slot = daemon.containers.get(clone.container(SLOTS[0]))
    password = read_file(slot, secret_file("admin-password").path)
    return lambda: WebWriter(address, str(certificate), ADMINISTRATOR, password)


def test_rotation_of_the_database_password(clone, person, capsys):
    whole, direct, web = [], [], []
    accepted = refused = 0
    for _ in range(RUNS):
        writer = Writer(clone.container("postgres"), *map(clone.container, SLOTS))
        saving = person()
        with saving, writer:
            whole.append(timed(lambda: clone.make("rotate", "SECRET=postgres-password")))
        assert writer.lost() == set()
        with writer.connect() as connection:
            saved = {name for (name,) in connection.execute("select name from auth_group")}
        assert set(saving.accepted) <= saved
        direct.append(writer.interruption)
        web.append(saving.interruption)
        accepted += len(writer.accepted) + len(saving.accepted)
        refused += len(saving.refused) + writer.accepted[-1] - len(writer.accepted)
    with capsys.disabled():
        print()
        print(Timing("make rotate SECRET=postgres-password", tuple(whole)))
        print(Timing("longest time between two writes, database", tuple(direct)))
        print(Timing("longest time between two writes, proxy", tuple(web)))
        print(f"writes accepted {accepted}, refused {refused}, accepted and lost 0")
