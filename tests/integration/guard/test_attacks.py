"""Whatever comes over the daemon's socket, in whatever spelling: refused, and the data is there."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import docker.errors
import pytest
import yaml

from airgap.plugins.docker.intents import Intents
from airgap.plugins.docker.package import DockerPackage
from airgap.plugins.errors import PluginError
from airgap.plugins.resource import Call, Log
from tests.integration.guard.guarded import DATA, KEPT_VOLUME, Guarded, archive, guarded
from tests.integration.guard.own_daemon import IMAGE
from tests.integration.guard.raw_request import Raw, read_requests, send

pytestmark = pytest.mark.integration

FILE = Path(__file__).with_name("attacks.yaml")
DB = "ledger_prod_db_data"
SERVER = "ledger_prod_postgres"


@pytest.fixture(scope="module")
def world():
    with guarded() as running:
        # a link of the image's own, which only a look into the container finds
        running.client.containers.get("ledger_dev_postgres").exec_run(
            ["ln", "-s", "/var/lib/postgresql", "/trap"]
        )
        yield running


def names(world: Guarded) -> dict[str, str]:
    identity = world.client.containers.get(SERVER).id
    link = world.daemon.folder / "link"
    if not link.is_symlink():
        link.symlink_to(world.daemon.data)
    return {
        "data": str(world.daemon.data),
        "postgres": identity,
        "prefix": identity[:12],
        "link": str(link),
        "socket": str(world.socket),
    }


def test_every_request_of_the_file_is_refused_and_nothing_is_lost(world):
    attacks = read_requests(yaml.safe_load(FILE.read_text()), names(world))
    assert len(attacks) >= 60
    before, passed = world.state(), []
    for attack in attacks:
        reply = send(world.socket, attack)
        refused = reply.status == attack.status and (
            attack.status != 403 or "authorization denied by plugin" in reply.text
        )
        if not refused or world.state() != before:
            passed.append((attack.name, reply))
    assert passed == []
    assert len(before["markers"]) == len(world.markers)


def by_sdk(world: Guarded) -> list[Callable[[], object]]:
    client = world.client
    server = client.containers.get(SERVER)
    return [
        client.volumes.get(DB).remove,
        lambda: client.volumes.get(KEPT_VOLUME).remove(force=True),
        lambda: client.volumes.prune({"label": ["com.ledgerflow.protect"]}),
        client.containers.prune,
        lambda: client.images.prune({"dangling": False}),
        lambda: client.images.remove("ledgerflow-app:1", force=True),
        lambda: server.remove(v=True, force=True),
        server.kill,
        lambda: server.stop(timeout=0),
        lambda: server.rename("gone"),
        lambda: server.put_archive(DATA, archive("x", b"")),
        lambda: server.exec_run(["sh", "-c", f"rm -rf {DATA}/*"]),
        lambda: client.containers.run(IMAGE, ["true"], volumes=[f"{DB}:/x"]),
        lambda: client.containers.run(IMAGE, ["true"], volumes_from=[SERVER]),
        lambda: client.containers.run(IMAGE, ["true"], privileged=True),
        lambda: client.containers.run(IMAGE, ["true"], pid_mode="host"),
        lambda: client.networks.get("ledger_prod_internal").disconnect(server, force=True),
    ]


def test_the_sdk_is_refused(world):
    before = world.state()
    for attack in by_sdk(world):
        with pytest.raises(docker.errors.APIError, match="authorization denied by plugin"):
            attack()
        assert world.state() == before


COMMANDS = [
    ["volume", "rm", "-f", DB],
    ["volume", "prune", "-f"],
    ["system", "prune", "-af", "--volumes"],
    ["container", "prune", "-f"],
    ["image", "prune", "-af"],
    ["rm", "-fv", SERVER],
    ["kill", SERVER],
    ["stop", "-t", "0", SERVER],
    ["run", "--rm", "-v", f"{DB}:/x", IMAGE, "rm", "-rf", "/x/marker"],
    ["run", "--rm", "--volumes-from", SERVER, IMAGE, "rm", "-rf", f"{DATA}/marker"],
    ["run", "--rm", "-v", "/:/host", IMAGE, "true"],
    ["exec", SERVER, "rm", "-rf", DATA],
    ["exec", "-i", SERVER, "sh"],
    ["cp", "/etc/hostname", f"{SERVER}:{DATA}/marker"],
    ["rmi", "-f", "ledgerflow-app:1"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_docker_itself_is_refused(world, command):
    before = world.state()
    done = subprocess.run(
        ["docker", *command], env=world.environ, capture_output=True, text=True, input="exit\n"
    )
    assert done.returncode != 0
    assert "authorization denied by plugin" in done.stderr
    assert "[LF0" in done.stderr
    assert world.state() == before


def test_a_pulumi_destroy_that_ignores_protection_is_refused(world, tmp_path, monkeypatch):
    """What ``pulumi destroy`` asks of the daemon once no lock of Pulumi's own is left."""
    before = world.state()
    monkeypatch.setenv("DOCKER_HOST", world.daemon.host)
    package = DockerPackage(Intents(tmp_path, Path("/project")))
    call = Call("urn:pulumi:prod::p::t::thing", Log(print, lambda _: None), None)
    volume = package.resources["docker:index/volume:Volume"]
    with pytest.raises(PluginError, match="LF040"):
        volume.delete(call, DB, {"name": DB})
    # the official plugin: a volume by force; a container stopped, then removed with its volumes
    official = [
        f"DELETE /v1.41/volumes/{DB}?force=1",
        f"POST /v1.41/containers/{SERVER}/stop?t=0",
        f"DELETE /v1.41/containers/{SERVER}?force=1&v=1",
    ]
    for request in official:
        assert send(world.socket, Raw("", request)).status == 403
    assert world.state() == before


def test_an_exec_through_a_container_with_a_way_out_is_impossible(world):
    """Every way out of a container that could be made, and then entered, is closed before."""
    client = world.client
    ways = [
        {"volumes": [f"{world.socket}:/var/run/docker.sock"]},
        {"volumes": [f"{world.daemon.data}:/data"]},
        {"pid_mode": "host", "cap_add": ["SYS_PTRACE"]},
        {"pid_mode": f"container:{SERVER}"},
        {"devices": ["/dev/vda:/dev/vda:rwm"]},
        {"volumes_from": ["ledger_dev_postgres"]},
    ]
    before = world.state()
    for way in ways:
        with pytest.raises(docker.errors.APIError, match="authorization denied by plugin"):
            client.containers.create(IMAGE, ["sleep", "9"], **way)
    with pytest.raises(docker.errors.APIError, match=r"LF020"):
        client.containers.get("mine").exec_run(["sh"], privileged=True)
    assert world.state() == before
