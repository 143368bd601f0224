"""A real daemon's answers become the guard's world; what cannot be asked is an error."""

import base64
import json
from pathlib import Path

import pytest
from fake_engine import fake_engine

from guard.endpoint import Endpoint
from guard.world import ContainerMount, Network, Proof, Volume, WorldError
from guard.world_daemon import DaemonWorld

pytestmark = pytest.mark.unit

ID = "c" * 64
INSPECTED = {
    "Id": ID,
    "Name": "/ledger_dev_postgres",
    "Image": "sha256:1",
    "Config": {"Labels": {"a": "b"}, "Image": "postgres:17.4"},
    "State": {"Running": True, "Status": "running"},
    "Mounts": [
        {"Type": "volume", "Name": "v", "Source": "/m", "Destination": "/d", "RW": True},
        {"Type": "bind", "Source": "/srv", "Destination": "/s", "RW": False},
    ],
}
LISTED = {
    "Id": ID,
    "Names": ["/web/db", "/ledger_dev_postgres"],
    "ImageID": "sha256:1",
    "Image": "postgres:17.4",
    "Labels": {"a": "b"},
    "State": "running",
    "Mounts": INSPECTED["Mounts"],
}
LABELS = {
    "com.docker.compose.project": "shop",
    "com.docker.compose.service": "db",
    "com.docker.compose.project.config_files": "/home/shop/compose.yaml,/home/shop/more.yaml",
    "com.docker.compose.project.working_dir": "/home/shop",
}


def proof(environment):
    return Proof(environment == "prod", "asked")


@pytest.fixture
def engine(tmp_path):
    with fake_engine(tmp_path / "e.sock", {}) as running:
        yield running


@pytest.fixture
def world(engine, tmp_path):
    made = DaemonWorld(f"unix://{engine.server_address}", proof, folder=tmp_path)
    yield made
    made.close()


def stat(target):
    content = json.dumps({"name": "x", "linkTarget": target}).encode()
    return 200, {"X-Docker-Container-Path-Stat": base64.b64encode(content).decode()}


def test_a_container_inspected_and_listed_is_the_same(engine, world):
    engine.answers["GET /containers/ledger_dev_postgres/json"] = (200, INSPECTED)
    engine.answers["GET /containers/json?all=1"] = (200, [LISTED])
    found = world.container("ledger_dev_postgres")
    assert world.containers() == [found]
    assert found.running
    assert found.status == "running"
    assert found.mounts == (
        ContainerMount("/d", "v", "/m", read_only=False),
        ContainerMount("/s", "", "/srv", read_only=True),
    )


def test_nothing_is_asked_before_and_nothing_twice(engine, world):
    assert engine.asked == []
    engine.answers["GET /volumes/v"] = (200, {"Name": "v", "Labels": None, "Options": None})
    assert world.volume("v") == world.volume("v") == Volume("v")
    assert world.volume("gone") is None
    assert world.volume("") is None
    assert engine.asked == ["GET /volumes/v", "GET /volumes/gone"]


def test_volumes_tell_their_labels_place_and_device(engine, world):
    described = {
        "Name": "v",
        "Labels": {"k": "1"},
        "Mountpoint": "/m",
        "Options": {"device": "/srv", "o": "bind"},
    }
    engine.answers["GET /volumes"] = (200, {"Volumes": [described], "Warnings": None})
    assert world.volumes() == [Volume("v", {"k": "1"}, "/m", "/srv")]
    engine.answers["GET /networks"] = (200, [{"Id": "1", "Name": "n", "Labels": {}}])
    assert world.networks() == [Network("1", "n")]


def test_images_tell_all_their_names(engine, world):
    listed = {"Id": "sha256:1", "RepoTags": ["a:1", "<none>:<none>"], "RepoDigests": ["a@sha256:2"]}
    inspected = {**listed, "Config": {"Labels": {"k": "1"}}}
    engine.answers["GET /images/json"] = (200, [{**listed, "Labels": {"k": "1"}}])
    engine.answers["GET /images/a%3A1/json"] = (200, inspected)
    engine.answers["GET /images/NO%20NAME/json"] = (400, {"message": "invalid reference format"})
    found = world.image("a:1")
    assert found.names == ("a:1", "a@sha256:2")
    assert world.images() == [found]
    assert world.image("NO NAME") is None


def test_names_cannot_leave_their_place_in_the_path(engine, world):
    assert world.container("../volumes/x?all=1#y") is None
    assert engine.asked == ["GET /containers/..%2Fvolumes%2Fx%3Fall%3D1%23y/json"]


def test_the_engine_says_where_its_data_is_and_how_old_it_is(engine, world):
    engine.answers["GET /info"] = (200, {"DockerRootDir": "/var/lib/docker"})
    engine.answers["GET /version"] = (200, {"Version": "20.10.24+dfsg1"})
    assert world.data_root() == "/var/lib/docker"
    assert world.engine_version() == (20, 10, 24)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, {"message": "plugin failed"}), "plugin failed"),
        ((301, b""), "with 301"),
        ((200, b"no json"), "no JSON"),
        ((200, {"Name": "v", "Labels": []}), None),
        ((200, []), "not understood"),
        ((200, {"Labels": {}}), "not understood"),
    ],
)
def test_another_answer_is_no_answer(engine, world, answer, reason):
    engine.answers["GET /volumes/v"] = answer
    if reason is None:
        assert world.volume("v").labels == {}
        return
    with pytest.raises(WorldError, match=reason):
        world.volume("v")


@pytest.mark.parametrize("path", ["/volumes", "/containers/json?all=1", "/info", "/version"])
def test_a_list_or_fact_that_is_none_is_no_answer(engine, world, path):
    engine.answers[f"GET {path}"] = (200, {"Volumes": 3})
    ask = {
        "/volumes": world.volumes,
        "/containers/json?all=1": world.containers,
        "/info": world.data_root,
        "/version": world.engine_version,
    }[path]
    with pytest.raises(WorldError):
        ask()


def test_a_daemon_that_is_not_there_or_does_not_answer_is_an_error(tmp_path):
    for host in (f"unix://{tmp_path}/none", "tcp://127.0.0.1:1", "ssh://somewhere", "npipe://x"):
        with pytest.raises(WorldError):
            DaemonWorld(host, proof).volumes()


def test_a_daemon_may_be_asked_only_for_so_long(tmp_path):
    import socket

    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "s"))
        silent.listen()
        with pytest.raises(WorldError, match="does not answer"):
            DaemonWorld(Endpoint(f"unix://{tmp_path}/s"), proof, timeout=0.05).volumes()


def test_a_compose_project_is_known_by_name_files_or_folder(engine, tmp_path):
    shop = {**LISTED, "Labels": LABELS}
    engine.answers["GET /containers/json?all=1"] = (200, [LISTED, shop])
    host = f"unix://{engine.server_address}"

    def found(project, files, services, folder):
        world = DaemonWorld(host, proof, folder=folder)
        try:
            return len(world.project_containers(project, files, services))
        finally:
            world.close()

    here = Path("/home/shop/below")
    assert found("shop", (), (), here) == 1
    assert found("other", (), (), here) == 0
    assert found("shop", (), ("web",), here) == 0
    assert found("", ("../more.yaml",), ("db",), here) == 1
    assert found("", ("more.yaml",), (), here) == 0
    assert found("", (), (), here) == 1
    assert found("", (), (), tmp_path) == 0


def test_links_of_this_machine_are_followed_those_of_another_are_not(engine, world, tmp_path):
    (tmp_path / "link").symlink_to("/etc")
    assert world.real_path("link/passwd") == "/etc/passwd"
    away = DaemonWorld("tcp://192.0.2.1:2375", proof, folder=tmp_path)
    assert away.real_path("link/../x") == f"{tmp_path}/x"


def test_links_in_a_container_are_followed_step_by_step(engine, world):
    answers = engine.answers
    answers["HEAD /containers/c/archive?path=%2Ftrap"] = stat("/var/lib")
    answers["HEAD /containers/c/archive?path=%2Fvar%2Flib%2Fdata"] = stat("")
    answers["HEAD /containers/c/archive?path=%2Fround"] = stat("/round2")
    assert world.container_path("c", "/trap/data/new/file") == "/var/lib/data/new/file"
    assert world.container_path("c", "no/../there") == "/there"
    answers["HEAD /containers/c/archive?path=%2Fodd"] = (200, {"Other": "header"})
    with pytest.raises(WorldError, match="does not say"):
        world.container_path("c", "/odd")


def test_links_in_circles_end(engine, world):
    for number in range(60):
        asked = f"HEAD /containers/c/archive?path=%2F{number}%2Fx"
        engine.answers[asked] = stat(f"/{number + 1}")
    path = "/0/" + "/".join(["x"] * 60)
    engine.answers["HEAD /containers/c/archive?path=%2F0"] = stat("")
    with pytest.raises(WorldError, match="in circles"):
        world.container_path("c", path)


def test_a_proof_is_asked_once(engine):
    asked = []
    world = DaemonWorld(None, lambda name: asked.append(name) or Proof(True, "fresh"))
    assert world.proof("prod").verified
    assert world.proof("prod").verified
    assert asked == ["prod"]
