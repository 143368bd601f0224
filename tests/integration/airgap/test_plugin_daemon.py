"""A daemon that goes away in the middle: one clear message, and the next run heals."""

import socket
import threading
import time

import pytest

from airgap.plugins.errors import PluginError
from tests.integration.airgap.plugin_support import tiny_image, world

pytestmark = pytest.mark.integration
__all__ = ["tiny_image", "world"]

DAEMON = "/var/run/docker.sock"


class Cable:
    """A way to the daemon that can be cut."""

    def __init__(self, path):
        self.path = str(path)
        self._ends = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(DAEMON)
            self._ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    @staticmethod
    def _copy(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            return

    def cut(self):
        for end in [self._listener, *self._ends]:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
            end.close()


@pytest.fixture
def cable(tmp_path, world):
    made = Cable(tmp_path / "docker.sock")
    world.package.configure({"host": f"unix://{made.path}"})
    yield made
    made.cut()


def test_a_daemon_lost_while_waiting_is_named_and_the_next_run_heals(world, cable):
    slow = {"tests": ["CMD", "true"], "interval": "30s"}
    failure = []

    def create():
        try:
            world.container(healthcheck=slow, wait=True, destroyGraceSeconds=1)
        except PluginError as error:
            failure.append(str(error))

    creation = threading.Thread(target=create)
    creation.start()
    deadline = time.monotonic() + 30
    while not world.client.containers.list(filters={"name": world.prefix}):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    cable.cut()
    creation.join(timeout=30)
    assert f"cannot create the container '{world.name('c')}'" in failure[0]
    assert "does not answer" in failure[0]

    first = world.inspect(world.name("c"))["Id"]
    world.package.configure({})
    second, _, _ = world.container(destroyGraceSeconds=1)
    assert second != first


def test_a_daemon_lost_before_a_delete_is_named(world, cable):
    identity, state, _ = world.container()
    cable.cut()
    with pytest.raises(PluginError, match="cannot remove the container"):
        world.resource("Container").delete(world.call, identity, state)
    assert world.inspect(identity)["State"]["Running"]
