"""How long a rotation of the database password interrupts whom, on a running environment.

Prints medians of five. It asserts only that nothing was lost: machines differ.
"""

import threading
import time
import urllib.error
import urllib.request

import docker
import pytest
from machine import Clone
from ratios import RUNS, Timing, timed
from writer import Writer

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]


class Visitor(threading.Thread):
    """Asks the application again and again whether it can serve; notes when it could."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.address = f"http://127.0.0.1:{port}/readyz"
        self.end = threading.Event()
        self.served: list[float] = []

    def run(self):
        while not self.end.wait(0.05):
            try:
                with urllib.request.urlopen(self.address, timeout=5):
                    self.served.append(time.monotonic())
            except OSError:
                continue

    @property
    def interruption(self) -> float:
        return max(b - a for a, b in zip(self.served, self.served[1:], strict=False))


@pytest.fixture(scope="module")
def daemon():
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture(scope="module")
def clone(repository, daemon, tmp_path_factory):
    fresh = Clone.of(repository, tmp_path_factory.mktemp("clone"))
    fresh.configure(**{"ledgerflow:secrets": {}})
    result = fresh.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    yield fresh
    fresh.remove(daemon)


def test_rotation_of_the_database_password(clone, capsys):
    whole, writes, pages = [], [], []
    for _ in range(RUNS):
        visitor = Visitor(clone.ports["django"])
        visitor.start()
        with Writer(clone.container("django"), clone.ports["postgres"]) as writer:
            whole.append(timed(lambda: clone.make("rotate", "SECRET=postgres-password")))
        visitor.end.set()
        visitor.join()
        assert writer.lost() == set()
        writes.append(writer.interruption)
        pages.append(visitor.interruption)
    with capsys.disabled():
        print()
        print(Timing("make rotate SECRET=postgres-password", tuple(whole)))
        print(Timing("longest time without an accepted write", tuple(writes)))
        print(Timing("longest time without a page", tuple(pages)))
