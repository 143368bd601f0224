"""What is handed to a running container lies beside its secret, for the same reader."""

import io
import tarfile

import docker.errors
import pytest

from infra.handover import hand_over

pytestmark = pytest.mark.unit

PATH = "/run/secrets/postgres-password"


class FakeContainer:
    """A container with files; `owner` is the number of the user who may read them."""

    def __init__(self, name, files, owner=10001):
        self.name, self.files, self.owner = name, files, owner
        self.modes = {}

    def get_archive(self, path):
        if path not in self.files:
            raise docker.errors.NotFound("no such file")
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w") as tar:
            entry = tarfile.TarInfo(path.rsplit("/", 1)[1])
            content = self.files[path].encode()
            entry.size, entry.mode, entry.uid, entry.gid = len(content), 0o400, self.owner, 7
            tar.addfile(entry, io.BytesIO(content))
        return iter([data.getvalue()]), {}

    def put_archive(self, folder, data):
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for entry in tar.getmembers():
                path = f"{folder}/{entry.name}"
                self.files[path] = tar.extractfile(entry).read().decode()
                self.modes[path] = (entry.mode, entry.uid, entry.gid)
        return True


class FakeClient:
    def __init__(self, *containers):
        self.containers = self
        self.all = containers

    def list(self, filters):
        assert filters == {"label": "com.ledgerflow.environment=prod"}
        return list(self.all)


def test_each_reader_gets_the_value_with_the_owner_and_mode_of_its_own_file():
    blue = FakeContainer("blue", {PATH: "before"})
    green = FakeContainer("green", {PATH: "before"}, owner=5)
    given = hand_over(FakeClient(blue, green), "prod", "postgres-password", "after")
    assert given == ["blue", "green"]
    assert blue.files == {PATH: "before", f"{PATH}-next": "after"}
    assert blue.modes == {f"{PATH}-next": (0o400, 10001, 7)}
    assert green.modes == {f"{PATH}-next": (0o400, 5, 7)}


def test_a_container_without_the_secret_is_given_nothing():
    redis = FakeContainer("redis", {})
    assert hand_over(FakeClient(redis), "prod", "postgres-password", "after") == []
    assert redis.files == {}


def test_a_later_value_takes_the_place_of_an_earlier_one():
    blue = FakeContainer("blue", {PATH: "first"})
    for value in ("second", "third"):
        hand_over(FakeClient(blue), "prod", "postgres-password", value)
    assert blue.files[f"{PATH}-next"] == "third"
