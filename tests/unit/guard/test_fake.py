"""A scripted daemon answers as its file says."""

import json
from pathlib import Path

import pytest

from guard.fake import FakeFileError, load
from guard.world import ContainerMount, WorldError

pytestmark = pytest.mark.guard

CONTENT = {
    "engine": "25.0.1",
    "data_root": "/data",
    "volumes": [{"name": "v", "labels": {"a": "b"}}],
    "containers": [
        {
            "name": "c",
            "labels": {"com.docker.compose.project": "p", "com.docker.compose.service": "s"},
            "mounts": [{"target": "/t", "volume": "v"}],
        },
        {"name": "d", "id": "abc1"},
        {"name": "e", "id": "abc2"},
    ],
    "images": [{"names": ["i:latest"]}],
    "networks": [{"name": "n"}],
    "proofs": {"prod": {"verified": True, "reason": "fine", "backup": "x"}},
    "backups": {"dev": {"verified": True, "reason": "made", "backup": "y"}},
}


def written(tmp_path: Path, content: object, name: str = "d.json") -> Path:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize("name", ["d.json", "d.yaml"])
def test_it_has_what_its_file_has(tmp_path, name):
    world = load(written(tmp_path, CONTENT, name))
    assert world.volume("v").labels == {"a": "b"}
    assert world.volume("w") is None
    container = world.container("/c")
    assert container.mounts == (ContainerMount("/t", "v"),)
    assert world.container(container.id[:12]) == container
    assert world.container("abc") is None, "the beginning of two ids means none"
    assert world.container("abc2").name == "e"
    assert world.image("i") == world.image("i:latest") == world.image(world.images()[0].id)
    assert world.network("n").name == "n"
    assert world.data_root() == "/data"
    assert world.engine_version() == (25, 0, 1)
    assert [c.name for c in world.project_containers("p", (), ("s",))] == ["c"]
    assert world.project_containers("", ("f",), ()) == []


def test_proofs_are_there_and_can_be_made(tmp_path):
    world = load(written(tmp_path, CONTENT))
    assert world.proof("prod").backup == "x"
    assert not world.proof("dev").verified
    world.back_up("dev")
    world.back_up("staging")
    assert world.proof("dev").backup == "y"
    assert not world.proof("staging").verified


def test_a_daemon_that_does_not_answer_answers_nothing(tmp_path):
    world = load(written(tmp_path, {**CONTENT, "unreachable": "it is down"}))
    for ask in (world.volumes, world.containers, world.images, world.networks, world.data_root):
        with pytest.raises(WorldError, match="it is down"):
            ask()


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{",
        {"volumen": []},
        {"volumes": [{"title": "v"}]},
        {"engine": "new"},
        {"proofs": ["prod"]},
        {"containers": [{"name": "c", "mounts": [{}]}]},
    ],
)
@pytest.mark.parametrize("name", ["d.json", "d.yaml"])
def test_a_file_that_describes_no_daemon_is_an_error(tmp_path, content, name):
    with pytest.raises(FakeFileError, match=r"d\."):
        load(written(tmp_path, content, name))
